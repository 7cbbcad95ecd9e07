import type { Client } from 'pg';
import fc from 'fast-check';
import type { TableName, Target } from '../../../src/core/ports/target';
import { cureHint } from '../../../src/core/run/cures';
import { missingIssues } from '../../../src/core/run/missing';
import { visible } from '../../../src/core/words/visible';
import { visibleSql } from '../../../src/core/words/visible-sql';
import { ident, literal } from '../../../src/postgres/session/sql';
import { targetForEach } from '../../support/opened-target';
import { A_RUN } from '../../support/postgres-load';
import { column } from '../../support/sql';

let client: Client;
let target: Target;

const [NAME, TEXT] = ['k\u200b\\"\u001b\u{e0001}', `it's\n\u202e\\`];
const CHILD: readonly TableName[] = [{ schema: 'public', name: `child${NAME}` }];
const CHILD_SQL = ident(`child${NAME}`);

const opened = targetForEach(`
  create table parent (id int4 primary key);
  create table ${CHILD_SQL} (id int4 primary key, ${ident(`p${NAME}`)} int4,
    constraint ${ident(`fk${NAME}`)} foreign key (${ident(`p${NAME}`)}) references parent);
  create index ${ident(`index${NAME}`)} on ${CHILD_SQL} (${ident(`p${NAME}`)});
  comment on index ${ident(`index${NAME}`)} is ${literal(TEXT)};
  comment on constraint ${ident(`fk${NAME}`)} on ${CHILD_SQL} is ${literal(TEXT)};
  create function ${ident(`pass${NAME}`)}() returns trigger language plpgsql as 'begin return new; end';
  create trigger ${ident(`trigger${NAME}`)} before insert on ${CHILD_SQL} for each row
    execute function ${ident(`pass${NAME}`)}(${literal(TEXT)});
  create rule ${ident(`rule${NAME}`)} as on delete to ${CHILD_SQL} where old.id < 0 do instead nothing`);
beforeEach(async () => {
  ({ client, target } = await opened());
});

describe('a statement of a hint', () => {
  it('can be typed as a terminal shows it, whatever characters names, comments and arguments have', async () => {
    await target.ledger.createRun(A_RUN);
    await target.setObjectsAside('run-1', CHILD);
    await target.setForeignKeysAside('run-1', CHILD);
    await target.restoreForeignKeys('run-1', []);
    await target.restoreObjects('run-1');
    await target.ledger.setState('run-1', 'complete');
    const hint = async () => visible(missingIssues(await target.standing(), 'run-1')[0]?.hint ?? '');
    expect(await hint()).toBe('');
    const comments = () =>
      column(client, `select description from pg_description where description like 'it%' order by 1`);
    const before = await comments();
    await client.query(`alter table ${CHILD_SQL} drop constraint ${ident(`fk${NAME}`)}, add constraint ${ident(`fk${NAME}`)} unique (id);
      drop index ${ident(`index${NAME}`)}; drop trigger ${ident(`trigger${NAME}`)} on ${CHILD_SQL}; drop rule ${ident(`rule${NAME}`)} on ${CHILD_SQL}`);
    await client.query(/As the owner of the tables: (.*;)/.exec(await hint())?.[1] ?? '');
    expect(await hint()).toBe('');
    expect(await comments()).toEqual(before);
    await client.query(
      `alter table ${CHILD_SQL} disable trigger all; alter table ${CHILD_SQL} disable rule ${ident(`rule${NAME}`)}`,
    );
    await client.query(/As the owner of the tables: (.*;)/.exec(await hint())?.[1] ?? '');
    expect(await hint()).toBe('');
  });

  it('grants what it names', async () => {
    await client.query(`create table ${ident(NAME)} ()`);
    const statement = `grant select on ${ident(NAME)} to public`;
    await client.query(visible(cureHint([{ by: 'x', statement }]).replace('Run as x: ', '')));
    expect(await column(client, `select relacl::text from pg_class where relname = ${literal(NAME)}`)).toEqual([
      expect.stringContaining('=r/'),
    ]);
  });

  it('means the same to the server for any name and text', async () => {
    const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }).filter((value) => !value.includes('\0'));
    await fc.assert(
      fc.asyncProperty(text, text, async (name, value) => {
        const shown = visibleSql(`select\n ${literal(value)} as ${ident(name)}`);
        expect(visible(shown)).toBe(shown);
        const { rows } = await client.query<Record<string, string>>(shown);
        expect(Object.entries(rows[0] ?? {})).toEqual([[name, value]]);
      }),
      { numRuns: 300 },
    );
  });
});
