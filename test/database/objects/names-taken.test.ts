import type { Client } from 'pg';
import type { TableName, Target } from '../../../src/core/ports/target';
import { missingIssues } from '../../../src/core/run/missing';
import { targetForEach } from '../../support/opened-target';
import { A_RUN } from '../../support/postgres-load';
import { column } from '../../support/sql';

let client: Client;
let target: Target;

const CHILD: readonly TableName[] = [{ schema: 'public', name: 'child' }];

const opened = targetForEach(`
  create table parent (id int4 primary key);
  create table old (q int4);
  create table child (id int4 primary key, p int4, q int4, constraint fk foreign key (p) references parent);
  create index child_q on child (q);
  create function pass() returns trigger language plpgsql as 'begin return new; end';
  create constraint trigger late after insert on child for each row execute function pass()`);

beforeEach(async () => {
  ({ client, target } = await opened());
  await target.ledger.createRun(A_RUN);
  await target.setObjectsAside('run-1', CHILD);
  await target.setForeignKeysAside('run-1', CHILD);
  await target.restoreForeignKeys('run-1', []);
  await target.restoreObjects('run-1');
  await target.ledger.setState('run-1', 'complete');
});

async function hint(): Promise<string> {
  return missingIssues(await target.standing(), 'run-1')[0]?.hint ?? '';
}

const statementsIn = (text: string): string => /As the owner of the tables: (.*;)/.exec(text)?.[1] ?? '';

describe('the name of an object that is gone', () => {
  it.each([
    [
      'foreign key fk',
      'alter table child drop constraint fk, add constraint fk check (id > 0)',
      'check constraint fk of child',
    ],
    [
      'foreign key fk',
      'alter table child drop constraint fk, add constraint fk unique (q)',
      'unique constraint fk of child',
    ],
    [
      'foreign key fk',
      'alter table child drop constraint fk, drop constraint child_pkey, add constraint fk primary key (id)',
      'primary key constraint fk of child',
    ],
    [
      'foreign key fk',
      'alter table child drop constraint fk, add constraint fk exclude using btree (q with =)',
      'exclusion constraint fk of child',
    ],
    [
      'trigger late',
      'drop trigger late on child; alter table child add constraint late check (id > 0)',
      'check constraint late of child',
    ],
    ['index child_q', 'drop index child_q; create index child_q on parent (id)', 'index child_q of parent'],
    ['index child_q', 'drop index child_q; create unique index child_q on child (p)', 'index child_q of child'],
    [
      'index child_q',
      'drop index child_q; alter table child add constraint child_q unique (p)',
      'index child_q of child',
    ],
    ['index child_q', 'drop index child_q; create table child_q (q int4)', 'table child_q'],
    ['index child_q', 'drop index child_q; create table child_q (q int4) partition by list (q)', 'table child_q'],
    ['index child_q', 'drop index child_q; create view child_q as select 1 as one', 'view child_q'],
    [
      'index child_q',
      'drop index child_q; create materialized view child_q as select 1 as one',
      'materialized view child_q',
    ],
    ['index child_q', 'drop index child_q; create sequence child_q', 'sequence child_q'],
    ['index child_q', 'drop index child_q; create type child_q as (q int4)', 'type child_q'],
    [
      'index child_q',
      `drop index child_q; create foreign data wrapper none; create server none foreign data wrapper none;
       create foreign table child_q (q int4) server none`,
      'foreign table child_q',
    ],
  ])('is made free first, whatever has it, and %s comes back (%s)', async (object, change, holder) => {
    await client.query(change);
    const text = await hint();
    expect(text).toContain(
      `Names are taken: that of ${object} of child by ${holder}. The statements give it another name first`,
    );
    await client.query(statementsIn(text));
    expect(await hint()).toBe('');
  });

  it('is made free under a name that nothing has, however long it is', async () => {
    const name = 'ü'.repeat(31);
    await client.query(
      `alter table child drop constraint fk; alter table child add constraint "${name}" foreign key (p) references parent`,
    );
    await target.ledger.createRun({ ...A_RUN, id: 'run-2' });
    await target.setForeignKeysAside('run-2', CHILD);
    await target.restoreForeignKeys('run-2', []);
    await target.ledger.setState('run-2', 'complete');
    const ofRun2 = async () => missingIssues(await target.standing(), 'run-2')[0]?.hint ?? '';
    await client.query(`alter table child drop constraint "${name}", add constraint "${name}" unique (q)`);
    const [renamed = ''] = /"üüü[^"]*_\d+"|to (\S+);/.exec(await ofRun2())?.slice(1) ?? [];
    await client.query(`create table ${renamed} ()`);
    await client.query(statementsIn(await ofRun2()));
    expect(await ofRun2()).toBe('');
  });

  it('is left to whoever owns the table that it is inherited from', async () => {
    await client.query(`alter table child drop constraint fk; alter table old add constraint fk check (q > 0);
      alter table child add constraint fk check (q > 0); alter table child inherit old`);
    const text = await hint();
    expect(text).toBe(
      'Where nobody has removed or changed it on purpose, bring it back as it was. Names are taken: that of foreign key fk of child by check constraint fk of child. What has the name is inherited: rename or drop it on the table that it comes from, then ask again for foreign key fk of child.',
    );
    await client.query('alter table old rename constraint fk to other');
    await client.query(statementsIn(await hint()));
    expect(
      await column(
        client,
        `select conname::text from pg_constraint where conrelid = 'child'::regclass and contype = 'f'`,
      ),
    ).toEqual(['fk']);
    expect(await hint()).toBe('');
  });
});
