import type { Client } from 'pg';
import type { MigrationError } from '../../../src/core/errors';
import type { OrphanRule, TableName, Target } from '../../../src/core/ports/target';
import { targetForEach } from '../../support/opened-target';
import { aChunk, aLoaderContext, aLoadPlan, A_RUN } from '../../support/postgres-load';
import { column } from '../../support/sql';
import { fromPostgres } from '../../support/server-version';

let client: Client;
let target: Target;

const named = (name: string): TableName => ({ schema: 'public', name });
const CHILD = [named('child')];

const opened = targetForEach(`
    create table parent (id int4 primary key, code int4 unique);
    create table other (id int4 primary key);
    create table child (id int4 primary key, p int4, q int4, constraint fk foreign key (p) references parent);
    create index child_q on child (q)`);
beforeEach(async () => {
  ({ client, target } = await opened());
});

const RULE: OrphanRule = {
  entity: 'child',
  table: named('child'),
  foreignKey: { name: 'any', columns: ['p'], parent: named('parent'), parentColumns: ['id'] },
  policy: 'reject',
  property: 'p',
  keyColumns: ['id'],
  rowsBefore: 0,
};

const resetAll = () =>
  target.reset({ runId: 'run-1', scope: 'all', changed: 'refuse', edited: 'refuse' }, () => undefined);

const keys = () =>
  column(
    client,
    `select concat_ws(': ', conname, pg_get_constraintdef(oid), obj_description(oid, 'pg_constraint')) from pg_constraint
     where conrelid = 'child'::regclass and contype = 'f' order by conname`,
  );

/** A start that ends early: the keys are back, as a failed run leaves them. */
async function firstStart(): Promise<void> {
  await target.setForeignKeysAside('run-1', CHILD);
  await target.restoreForeignKeys('run-1', []);
}

/** The next start, with a row whose parent is not there. */
async function secondStart(rules: readonly OrphanRule[]) {
  await target.setForeignKeysAside('run-1', CHILD);
  expect(await keys()).toEqual([]);
  const loader = await target.loader(aLoadPlan('child', ['id', 'p']), aLoaderContext());
  await loader.load(aChunk('child', [['1', '7']]));
  await loader.close();
  return target.restoreForeignKeys('run-1', rules);
}

describe('a foreign key that its owner changes between two starts of a run', () => {
  it.each([
    ['its actions', 'foreign key (p) references parent on delete cascade deferrable'],
    ['its columns', 'foreign key (q) references parent'],
    ['its parent', 'foreign key (p) references other'],
    ['the column that it leads to', 'foreign key (p) references parent (code)'],
    ['whether it is valid', 'foreign key (q) references other not valid'],
    ['its comment', `foreign key (p) references parent; comment on constraint fk on child is 'new'`],
  ])('comes back as it is now: %s', async (_, definition) => {
    await firstStart();
    await client.query(`alter table child drop constraint fk; alter table child add constraint fk ${definition}`);
    const changed = await keys();
    await target.setForeignKeysAside('run-1', CHILD);
    expect(await keys()).toEqual([]);
    await target.restoreForeignKeys('run-1', []);
    expect(await keys()).toEqual(changed);
    await target.setForeignKeysAside('run-1', CHILD);
    await resetAll();
    expect(await keys()).toEqual(changed);
  });

  it('has orphans by the columns that it has now', async () => {
    await firstStart();
    await client.query('alter table child drop constraint fk, add constraint fk foreign key (q) references parent');
    const ofQ = { ...RULE, property: 'q', foreignKey: { ...RULE.foreignKey, columns: ['q'] } };
    const verdicts = await secondStart([ofQ]);
    expect(verdicts).toMatchObject([{ foreignKey: 'fk', property: 'q', orphans: 0, constraint: 'valid' }]);
    expect(await column(client, 'select id from child')).toEqual([1]);
  });

  it('is valid again if it was before the run, although the first start had left it NOT VALID', async () => {
    const before = await keys();
    await target.setForeignKeysAside('run-1', CHILD, CHILD);
    await client.query('insert into child values (5, 50)');
    expect(await target.restoreLiving('run-1', 'leave')).toMatchObject({ notValid: ['fk of child'] });
    await target.setForeignKeysAside('run-1', CHILD);
    await client.query('delete from child');
    await resetAll();
    expect(await keys()).toEqual(before);
  });

  it('has its orphans dealt with under its new name', async () => {
    await firstStart();
    await client.query('alter table child rename constraint fk to fk_of_parent');
    const verdicts = await secondStart([RULE]);
    expect(verdicts).toMatchObject([{ foreignKey: 'fk_of_parent', orphans: 1, constraint: 'valid' }]);
    expect(await keys()).toEqual(['fk_of_parent: FOREIGN KEY (p) REFERENCES parent(id)']);
  });

  it('is not said to be in force when it is gone: its orphans are dealt with all the same', async () => {
    await firstStart();
    await client.query('alter table child drop constraint fk');
    expect(await secondStart([RULE])).toMatchObject([{ orphans: 1 }]);
    expect(await column(client, 'select id from child')).toEqual([]);
    expect(await keys()).toEqual([]);
  });
});

describe('a constraint that gets the name of a foreign key while that is away', () => {
  const NAMESAKES = [
    ['a check', 'check (id > 0)'],
    ['a unique constraint', 'unique (q)'],
    ['a key to another table', 'foreign key (p) references other'],
    ['a key over another column', 'foreign key (q) references parent'],
  ] as const;
  const taken = { code: 'LOAD_FAILED', message: expect.stringMatching(/^foreign key fk .* has its name/) as string };
  const doesNotPass = async (_: string, definition: string): Promise<void> => {
    const before = await keys();
    await target.setForeignKeysAside('run-1', CHILD);
    await client.query(`alter table child add constraint fk ${definition}`);
    const hint = expect.stringMatching(
      / constraint fk of child has the name\. .*rename constraint fk to fk_\d+;$/,
    ) as string;
    await expect(target.restoreForeignKeys('run-1', [])).rejects.toMatchObject({ ...taken, hint });
    await expect(resetAll()).rejects.toMatchObject({ ...taken, hint });
    const { hint: text = '' } = (await resetAll().catch((error: unknown) => error)) as MigrationError;
    await client.query(text.split('rename it: ')[1] ?? '');
    await client.query(`do $$ declare k text; begin
      for k in select conname from pg_constraint where conrelid = 'child'::regclass and conname ~ '^fk_' loop
        execute format('alter table child drop constraint %I', k); end loop; end $$`);
    await target.restoreForeignKeys('run-1', []);
    expect(await keys()).toEqual(before);
  };
  it.each(NAMESAKES)('does not pass for the key: %s', doesNotPass);
  fromPostgres(18).each([['the same key', 'foreign key (p) references parent not enforced']])(
    'does not pass for the key: %s, not enforced (PostgreSQL 18)',
    doesNotPass,
  );

  it('is told of where a run that ends early brings back the others', async () => {
    await target.setForeignKeysAside('run-1', CHILD, CHILD);
    await client.query('alter table child add constraint fk check (id > 0)');
    const { left } = await target.restoreLiving('run-1', 'leave');
    expect(left).toMatchObject([{ object: 'fk of child', because: taken.message }]);
  });

  it('is the key where the owner has made that again with other actions', async () => {
    await target.setForeignKeysAside('run-1', CHILD);
    await client.query('alter table child add constraint fk foreign key (p) references parent on delete cascade');
    const made = await keys();
    await target.restoreForeignKeys('run-1', []);
    expect(await keys()).toEqual(made);
  });
});

describe('an index that its owner makes again while a killed run has it aside', () => {
  it('comes back as it was made, not as it was', async () => {
    await target.setObjectsAside('run-1', CHILD);
    await client.query('create index child_q on child (q desc, p)');
    await target.setObjectsAside('run-1', CHILD);
    await target.restoreObjects('run-1');
    const found = await column(client, `select indexdef from pg_indexes where indexname = 'child_q'`);
    expect(found).toEqual(['CREATE INDEX child_q ON public.child USING btree (q DESC, p)']);
  });

  it('is named where its name is taken: by a run and by its reset, until the name is free', async () => {
    await target.setObjectsAside('run-1', CHILD);
    await client.query('create index child_q on parent (code)');
    const taken = {
      code: 'LOAD_FAILED',
      message: expect.stringMatching(/names of indexes .* child_q of public\.child \(SQLSTATE 42P07\)/) as string,
    };
    await expect(target.restoreObjects('run-1')).rejects.toMatchObject(taken);
    await expect(resetAll()).rejects.toMatchObject({
      ...taken,
      hint: expect.stringMatching(
        /^index child_q of parent has the name\. Drop it if nobody needs it, or rename it: alter index public\.child_q rename to child_q_\d+;$/,
      ) as string,
    });
    const { hint = '' } = (await resetAll().catch((error: unknown) => error)) as MigrationError;
    await client.query(hint.split('rename it: ')[1] ?? '');
    await resetAll();
    expect(await column(client, `select tablename from pg_indexes where indexname = 'child_q'`)).toEqual(['child']);
  });
});

describe('a trigger or a rule that its owner renames while a run has it disabled', () => {
  const states = () =>
    column(
      client,
      `select tgname || ' ' || tgenabled::text from pg_trigger where tgrelid = 'child'::regclass and not tgisinternal
       union all select rulename || ' ' || ev_enabled::text from pg_rewrite where ev_class = 'child'::regclass order by 1`,
    );
  beforeEach(async () => {
    await client.query(`create function pass() returns trigger language plpgsql as 'begin return new; end';
      create trigger "a trigger" before insert on child for each row execute function pass();
      alter table child enable always trigger "a trigger";
      create rule a_rule as on insert to child do also nothing`);
    await target.setObjectsAside('run-1', CHILD);
    expect(await states()).toEqual(['a trigger D', 'a_rule D']);
    await client.query(
      'alter trigger "a trigger" on child rename to "its ""name"; alter rule a_rule on child rename to r',
    );
  });

  it('is enabled again under its new name, by which the ledger knows it then', async () => {
    await target.restoreObjects('run-1');
    expect(await states()).toEqual(['its "name A', 'r O']);
    await target.ledger.createRun(A_RUN);
    await target.ledger.setState('run-1', 'complete');
    expect((await target.standing()).missing).toEqual([]);
  });

  it('is enabled again by a reset', async () => {
    await resetAll();
    expect(await states()).toEqual(['its "name A', 'r O']);
  });

  it('is not taken for another one that has its former name now', async () => {
    await client.query('create trigger "a trigger" before update on child for each row execute function pass()');
    await client.query('alter table child disable trigger "a trigger"');
    await target.restoreObjects('run-1');
    expect(await states()).toEqual(['a trigger D', 'its "name A', 'r O']);
  });
});
