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
  create table parent (id int4 primary key, code int4 unique);
  create table other (id int4 primary key);
  create table child (id int4 primary key, p int4, q int4, constraint fk foreign key (p) references parent);
  create index child_q on child (q);
  comment on index child_q is 'of q';
  create function pass() returns trigger language plpgsql as 'begin return new; end';
  create function pass_too() returns trigger language plpgsql as 'begin return new; end';
  create trigger mark before insert on child for each row execute function pass();
  create trigger mark_always before insert on child for each row execute function pass();
  alter table child enable always trigger mark_always;
  create rule no_delete as on delete to child where old.id < 0 do instead nothing`);
beforeEach(async () => {
  ({ client, target } = await opened());
});

/** A run that sets everything aside and brings it back. */
async function runOf(runId: string): Promise<void> {
  await target.ledger.createRun({ ...A_RUN, id: runId });
  await target.setObjectsAside(runId, CHILD);
  await target.setForeignKeysAside(runId, CHILD);
  await target.restoreForeignKeys(runId, []);
  await target.restoreObjects(runId);
  await target.ledger.setState(runId, 'complete');
}

async function found(runId = 'run-1') {
  const issues = missingIssues(await target.standing(), runId);
  expect(issues.length).toBeLessThan(2);
  const { message = '', hint = '' } = issues[0] ?? {};
  return { message, hint, statements: /As the owner of the tables: (.*;)/.exec(hint)?.[1] ?? '' };
}

/** All that the run has set aside, as it is. */
const state = () =>
  column(
    client,
    `select conname || ' ' || pg_get_constraintdef(oid) from pg_constraint where conrelid = 'child'::regclass and contype <> 'n'
     union all select pg_get_indexdef(indexrelid) || indisvalid || coalesce(obj_description(indexrelid, 'pg_class'), '') from pg_index where indrelid = 'child'::regclass
     union all select pg_get_triggerdef(g.oid) || tgenabled::text from pg_trigger g where tgrelid = 'child'::regclass and not tgisinternal
     union all select tgfoid::regproc::text || tgenabled::text from pg_trigger where tgisinternal
     union all select pg_get_ruledef(oid) || ev_enabled::text from pg_rewrite where ev_class = 'child'::regclass order by 1`,
  );

const keyAs = (definition: string): string =>
  `alter table child drop constraint fk; alter table child add constraint fk foreign key ${definition}`;
const indexAs = (definition: string): string => `drop index child_q; create index child_q on child ${definition}`;
const triggerAs = (definition: string): string =>
  `drop trigger mark on child; create trigger mark ${definition} execute function`;

describe('what a complete run has brought back, and now stands with another definition under its name', () => {
  it.each([
    ['a key over other columns', keyAs('(q) references parent'), 'FOREIGN KEY (q) REFERENCES public.parent(id)'],
    ['a key to another table', keyAs('(p) references other'), 'FOREIGN KEY (p) REFERENCES public.other(id)'],
    ['a key to another column', keyAs('(p) references parent (code)'), 'REFERENCES public.parent(code)'],
    ['a key with another action', keyAs('(p) references parent on delete cascade'), 'ON DELETE CASCADE'],
    ['an index on an expression', indexAs('((q + 1))'), 'USING btree (((q + 1)))'],
    ['an index on another column', indexAs('(p)'), 'USING btree (p)'],
    ['an index of some rows', indexAs('(q) where q > 1'), 'WHERE (q > 1)'],
    ['a trigger on another event', `${triggerAs('before update on child for each row')} pass()`, 'BEFORE UPDATE'],
    ['a trigger of another function', `${triggerAs('before insert on child for each row')} pass_too()`, 'pass_too()'],
    [
      'a rule',
      'create or replace rule no_delete as on delete to child do instead nothing',
      'ON DELETE TO public.child DO INSTEAD',
    ],
  ])('is named with both definitions, and comes back by the statements of the hint: %s', async (_, change, now) => {
    await runOf('run-1');
    const before = await state();
    await client.query(change);
    const { message, hint, statements } = await found();
    expect(message).toMatch(
      /^what the run has brought back stands with another definition: .* of child \(it was: .*; it is: .*\)$/s,
    );
    expect(message.replace(/\s+/g, ' ').split('; it is: ')[1]).toContain(now);
    expect(hint).not.toContain('Only your own DDL');
    await client.query(statements);
    expect(await state()).toEqual(before);
    expect(await found()).toMatchObject({ message: '' });
  });

  it('is worded alike whatever the search path of the session is', async () => {
    await client.query(
      `do $$ begin execute format('alter database %I set search_path = nowhere', current_database()); end $$`,
    );
    await runOf('run-1');
    await client.query(
      `do $$ begin execute format('alter database %I set search_path = public', current_database()); end $$`,
    );
    expect(await found()).toMatchObject({ message: '' });
  });

  it('is judged by what the last run has noted that met it', async () => {
    await runOf('run-1');
    await client.query(
      `${keyAs('(q) references parent')}; ${indexAs('(p)')}; ${triggerAs('before update on child for each row')} pass(); alter table child enable trigger mark_always`,
    );
    expect(await found()).not.toMatchObject({ message: '' });
    await runOf('run-2');
    expect(await found('run-1')).toMatchObject({ message: '' });
    expect(await found('run-2')).toMatchObject({ message: '' });
  });

  it('has no statement that would fail, where what it was defined over is gone', async () => {
    await runOf('run-1');
    await client.query(
      `alter table child drop constraint fk; alter table parent rename to former; drop index child_q; alter table child rename q to r;
       drop trigger mark on child; alter function pass() rename to passed`,
    );
    expect(await found()).toMatchObject({
      message:
        'the run has brought back what is not there, or not in force: trigger mark of child, index child_q of child, foreign key fk of child',
      hint: `Where nobody has removed or changed it on purpose, bring it back as it was. What these were defined over is gone or has another name, so that your own DDL has to make them: trigger mark of child, index child_q of child, foreign key fk of child.`,
    });
  });
});

describe('a trigger that is enabled otherwise than before the run', () => {
  it.each([
    ['mark_always', 'enable', 'it was: ENABLE ALWAYS; it is: ENABLE'],
    ['mark_always', 'enable replica', 'it was: ENABLE ALWAYS; it is: ENABLE REPLICA'],
    ['mark', 'enable replica', 'it was: ENABLE; it is: ENABLE REPLICA'],
    ['mark', 'enable always', 'it was: ENABLE; it is: ENABLE ALWAYS'],
  ])('is named, and gets its state back by the statement of the hint: %s, %s', async (name, change, said) => {
    await runOf('run-1');
    const before = await state();
    await client.query(`alter table child ${change} trigger ${name}`);
    const { message, statements } = await found();
    expect(message).toContain(`not in force: trigger ${name} of child (${said})`);
    await client.query(statements);
    expect(await state()).toEqual(before);
    expect(await found()).toMatchObject({ message: '' });
  });

  it.each(['rule no_delete', 'trigger mark'])(
    'so is a %s that is gone, by what the run has noted of it',
    async (what) => {
      await runOf('run-1');
      const before = await state();
      await client.query(`drop ${what} on child`);
      const { message, statements } = await found();
      expect(message).toContain(`${what} of child`);
      await client.query(statements);
      expect(await state()).toEqual(before);
    },
  );
});

describe('the statements of one hint', () => {
  it('bring back a key that is NOT VALID and whose triggers are off, so that nothing is left to say', async () => {
    await runOf('run-1');
    const before = await state();
    await client.query(
      `${keyAs('(p) references parent not valid')}; alter table child disable trigger all; alter table parent disable trigger all`,
    );
    await client.query((await found()).statements);
    expect(await found()).toMatchObject({ message: '' });
    expect(await state()).toEqual(before);
  });

  it('bring back a key that rows break, NOT VALID as it was, and enable its triggers', async () => {
    await client.query(
      `alter table child drop constraint fk; insert into child values (1, 5); alter table child add constraint fk foreign key (p) references parent not valid`,
    );
    await runOf('run-1');
    const before = await state();
    await client.query('alter table child drop constraint fk; alter table child disable trigger mark');
    await client.query((await found()).statements);
    expect(await found()).toMatchObject({ message: '' });
    await client.query('alter table child disable trigger all');
    await client.query((await found()).statements);
    expect(await found()).toMatchObject({ message: '' });
    expect(await state()).toEqual(before);
  });
});
