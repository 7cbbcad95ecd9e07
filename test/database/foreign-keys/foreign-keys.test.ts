import type { Client } from 'pg';
import type { OrphanPolicy } from '../../../src/core/mapping/table-mapping';
import type { OrphanRule, TableName, Target } from '../../../src/core/ports/target';
import type { EntityJob } from '../../../src/migrate/jobs/entity-job';
import { unruledKeys } from '../../../src/migrate/preflight/unruled-keys';
import { openPostgresTarget } from '../../../src/postgres/open-target';
import { breakingProxy } from '../../support/breaking-proxy';
import type { FreshDatabase } from '../../support/databases';
import { targetForEach } from '../../support/opened-target';
import { aChunk, aLoaderContext, aLoadPlan, A_RUN } from '../../support/postgres-load';
import { column } from '../../support/sql';

let database: FreshDatabase;
let client: Client;
let target: Target;

const named = (name: string): TableName => ({ schema: 'public', name });
const TABLES = ['customer', 'coil', 'job', 'skid'].map(named);

const opened = targetForEach(`
    create table customer (id int4 primary key, parent_id int4 references customer);
    create table coil (id int4 primary key, customer_id int4 not null references customer on delete cascade);
    create table job (id numeric(10,2) primary key, coil_id int4 constraint job_of_coil references coil deferrable);
    create table skid (id int4 primary key, job_id numeric(10,2) references job)`);
beforeEach(async () => {
  ({ database, client, target } = await opened());
});

function rule(child: string, [fk, parent]: readonly [string, string], policy: OrphanPolicy = 'reject'): OrphanRule {
  const foreignKey = { name: 'any', columns: [fk], parent: named(parent), parentColumns: ['id'] };
  return { entity: child, table: named(child), foreignKey, policy, property: fk, keyColumns: ['id'], rowsBefore: 0 };
}

const RULES = [
  rule('skid', ['job_id', 'job']),
  rule('job', ['coil_id', 'coil']),
  rule('coil', ['customer_id', 'customer']),
  rule('customer', ['parent_id', 'customer']),
];

async function load(table: string, columns: readonly string[], rows: readonly (readonly (string | null)[])[]) {
  const loader = await target.loader(aLoadPlan(table, columns), aLoaderContext());
  const result = await loader.load(aChunk(table, rows));
  await loader.close();
  return result;
}

const constraints = () =>
  column(
    client,
    `select conrelid::regclass || ' ' || pg_get_constraintdef(oid) from pg_constraint
     where contype = 'f' and connamespace = 'public'::regnamespace order by conrelid::regclass::text`,
  );

const rejects = () =>
  column(
    client,
    `select concat_ws(' ', entity, key, property, reason) from cutover.reject where stage = 'orphan' order by entity, ordinal`,
  );

describe('foreign keys', () => {
  it('are as they were after having been set aside and restored, twice', async () => {
    const before = await constraints();
    const described = await target.table(named('job'));
    await target.setForeignKeysAside('run-1', TABLES);
    expect(await constraints()).toEqual([]);
    await target.setForeignKeysAside('run-1', TABLES);
    expect(await target.table(named('job'))).toEqual(described);
    for (let time = 1; time <= 2; time++) {
      const verdicts = await target.restoreForeignKeys('run-1', RULES);
      expect(verdicts.map(({ orphans, constraint }) => [orphans, constraint])).toEqual(RULES.map(() => [0, 'valid']));
      expect(await constraints()).toEqual(before);
    }
  });

  it('reject orphans down to the last descendant and say whose fault it is', async () => {
    const before = await constraints();
    await target.setForeignKeysAside('run-1', TABLES);
    await target.ledger.createRun(A_RUN);
    for (const { name } of TABLES)
      await target.ledger.savePlan('run-1', name, { strategy: 'all', chunks: [{ kind: 'all' }] });
    await load(
      'skid',
      ['id', 'job_id'],
      [
        ['1', '10'],
        ['2', '11'],
        ['3', '12.50'],
        ['4', null],
      ],
    );
    await load(
      'job',
      ['id', 'coil_id'],
      [
        ['10', '100'],
        ['11', '101'],
        ['12.50', '102'],
        ['13', '103'],
      ],
    );
    await load(
      'coil',
      ['id', 'customer_id'],
      [
        ['100', '7'],
        ['101', '8'],
        ['102', '9'],
        ['103', null],
      ],
    );
    await load(
      'customer',
      ['id', 'parent_id'],
      [
        ['7', null],
        ['8', '99'],
        ['6', '8'],
        ['5', '6'],
      ],
    );

    const verdicts = await target.restoreForeignKeys('run-1', RULES);

    expect(await rejects()).toEqual([
      'coil ["102"] customer_id no parent in customer',
      'coil ["101"] customer_id parent rejected',
      'customer ["8"] parent_id no parent in customer',
      'customer ["6"] parent_id parent rejected',
      'customer ["5"] parent_id parent rejected',
      'job ["13"] coil_id parent rejected',
      'job ["12.5"] coil_id parent rejected',
      'job ["11"] coil_id parent rejected',
      'skid ["3"] job_id parent rejected',
      'skid ["2"] job_id parent rejected',
    ]);
    expect(verdicts.map(({ entity, orphans }) => [entity, orphans])).toEqual([
      ['skid', 2],
      ['job', 3],
      ['coil', 2],
      ['customer', 3],
    ]);
    expect(await constraints()).toEqual(before);
    const progress = await target.ledger.progress('run-1');
    expect(progress.map(({ entity, tally }) => [entity, tally.read, tally.inserted, tally.rejected])).toEqual([
      ['customer', 4, 1, 3],
      ['coil', 4, 1, 3],
      ['job', 4, 1, 3],
      ['skid', 4, 2, 2],
    ]);
    expect(await target.restoreForeignKeys('run-1', RULES)).toEqual(verdicts);
    const raw = await column(client, `select convert_from(raw, 'UTF8') from cutover.reject where key = '["102"]'`);
    expect(raw).toEqual(['{"id":102,"customer_id":9}']);
  });

  it('clear orphans under the policy null, counted with samples', async () => {
    await target.setForeignKeysAside('run-1', TABLES);
    await load(
      'job',
      ['id', 'coil_id'],
      [
        ['1', '5'],
        ['2', '6'],
        ['3', null],
      ],
    );
    const verdicts = await target.restoreForeignKeys('run-1', [rule('job', ['coil_id', 'coil'], 'null')]);
    expect(verdicts).toMatchObject([{ policy: 'null', orphans: 2, constraint: 'valid', foreignKey: 'job_of_coil' }]);
    expect(await target.ledger.changes('run-1')).toEqual([
      { entity: 'job', property: 'coil_id', kind: 'orphan→null', count: 2, sampleKeys: ['["1"]', '["2"]'] },
    ]);
    expect(await target.count(named('job'))).toBe(3);
    await expect(
      target.restoreForeignKeys('run-2', [rule('coil', ['customer_id', 'customer'], 'null')]),
    ).resolves.toMatchObject([{ orphans: 0 }]);
  });

  it.each([
    ['a check', 'alter table job add constraint job_has_coil check (coil_id is not null) not valid', /job_has_coil/],
    [
      'a function of an index',
      `create function of_coil(id bigint) returns bigint immutable language plpgsql as $$ begin return 1 / coalesce(id, 0); end $$;
       create index by_coil on job (of_coil(coil_id))`,
      /SQLSTATE 22012/,
    ],
  ])('are named with their table where %s refuses the null', async (_, ddl, by) => {
    await target.setForeignKeysAside('run-1', TABLES);
    await load('job', ['id', 'coil_id'], [['1', '5']]);
    await client.query(ddl);
    const clearing = target.restoreForeignKeys('run-1', [rule('job', ['coil_id', 'coil'], 'null')]);
    await expect(clearing).rejects.toMatchObject({
      code: 'LOAD_FAILED',
      message: expect.stringMatching(
        new RegExp(`^orphans of job\\.coil_id cannot be set to null: \\S*job\\S* refuses such rows \\(.*${by.source}`),
      ) as string,
      hint: expect.stringMatching(/cutover migrate --resume.*cutover migrate --restart/) as string,
      facts: { entity: 'job', property: 'coil_id' },
    });
  });

  it('stay NOT VALID under the policy keep where there are orphans', async () => {
    await target.setForeignKeysAside('run-1', TABLES);
    await load('job', ['id', 'coil_id'], [['1', '5']]);
    for (let time = 1; time <= 2; time++) {
      const verdicts = await target.restoreForeignKeys('run-1', [rule('job', ['coil_id', 'coil'], 'keep')]);
      expect(verdicts).toMatchObject([{ policy: 'keep', orphans: 1, constraint: 'not-valid' }]);
    }
    expect(await constraints()).toContain('job FOREIGN KEY (coil_id) REFERENCES coil(id) DEFERRABLE NOT VALID');
    const [job] = (await target.table(named('job')))?.foreignKeys ?? [];
    expect(await target.countOrphans(named('job'), job!)).toBe(1);
  });

  it('are restored without a rule, and the run fails by name where they do not hold', async () => {
    await target.setForeignKeysAside('run-1', TABLES);
    await load('job', ['id', 'coil_id'], [['1', '5']]);
    await expect(target.restoreForeignKeys('run-1', [])).rejects.toMatchObject({
      code: 'LOAD_FAILED',
      facts: { foreignKeys: 'job_of_coil' },
    });
    expect(await constraints()).toHaveLength(4);
    await client.query('delete from job');
    expect(await target.restoreForeignKeys('run-1', [])).toEqual([]);
  });

  it('are handed on to the next run when their own was never finished', async () => {
    const before = await constraints();
    await target.setForeignKeysAside('run-1', TABLES);
    await target.setForeignKeysAside('run-2', TABLES);
    await target.restoreForeignKeys('run-2', RULES);
    expect(await constraints()).toEqual(before);
  });

  it.each(['reject', 'null'] as const)(
    'that do not exist leave rows alone under the policy %s where the table had rows before the run',
    async (policy) => {
      await client.query('alter table skid drop constraint skid_job_id_fkey; insert into skid values (1, 5)');
      const filled = { ...rule('skid', ['job_id', 'job'], policy), rowsBefore: 1 };
      await target.setForeignKeysAside('run-1', TABLES);
      for (let time = 1; time <= 2; time++) {
        const verdicts = await target.restoreForeignKeys('run-1', [filled]);
        expect(verdicts).toMatchObject([{ policy: 'keep', orphans: 0, constraint: 'not-valid' }]);
      }
      expect(await column(client, 'select job_id::text from skid')).toEqual(['5.00']);
    },
  );

  it('that were not valid before the run keep the rows of a table that had some, and stay as they were', async () => {
    await client.query(`alter table skid drop constraint skid_job_id_fkey; insert into skid values (1, 5);
      alter table skid add foreign key (job_id) references job not valid`);
    const before = await constraints();
    await target.setForeignKeysAside('run-1', TABLES);
    const rules = RULES.map((one) => ({ ...one, rowsBefore: one.entity === 'skid' ? 1 : 0 }));
    expect(await target.restoreForeignKeys('run-1', rules)).toMatchObject([
      { orphans: 0, constraint: 'not-valid' },
      {},
      {},
      {},
    ]);
    expect(await constraints()).toEqual(before);
    expect(await target.count(named('skid'))).toBe(1);
  });

  it('that were not valid before the run follow the policy where the table had no rows, and stay as they were', async () => {
    await client.query(`alter table skid drop constraint skid_job_id_fkey;
      alter table skid add foreign key (job_id) references job not valid`);
    const before = await constraints();
    await target.setForeignKeysAside('run-1', TABLES);
    await load('skid', ['id', 'job_id'], [['1', '5']]);
    for (let time = 1; time <= 2; time++) {
      const [verdict] = await target.restoreForeignKeys('run-1', RULES);
      expect(verdict).toMatchObject({ policy: 'reject', orphans: 1 });
    }
    expect(await constraints()).toEqual(before);
    expect(await rejects()).toEqual(['skid ["1"] job_id no parent in job']);
  });

  it.each(['', 'on delete cascade', 'on delete set null'])(
    'of other tables that are not valid neither hinder an orphan from going nor change rows: %s',
    async (action) => {
      await client.query(`create table visit (job numeric); insert into visit values (1);
        alter table visit add constraint visit_job foreign key (job) references job ${action} not valid`);
      const all = 'select pg_get_constraintdef(oid) from pg_constraint where conname = $$visit_job$$';
      const before = await column(client, all);
      await target.setForeignKeysAside('run-1', TABLES);
      await load('job', ['id', 'coil_id'], [['1', '77']]);
      await target.restoreForeignKeys('run-1', RULES);
      expect(await rejects()).toEqual(['job ["1"] coil_id no parent in coil']);
      expect(await column(client, 'select job::int from visit')).toEqual([1]);
      expect(await column(client, all)).toEqual(before);
      await client.query('drop table visit');
    },
  );

  it('of single partitions are named by a check, as an error where the run loads their parent', async () => {
    await client.query(`create table other (id int primary key);
      create table part (id int, job_id numeric, other_id int, self_id int, primary key (id), foreign key (job_id) references job) partition by range (id);
      create table part_1 partition of part for values from (0) to (10); create table part_2 partition of part for values from (10) to (20);
      alter table part_1 add constraint alone foreign key (other_id) references other;
      alter table part_2 add constraint own foreign key (self_id) references part`);
    const job = (name: string) => ({ entity: name, contract: { table: named(name) } }) as unknown as EntityJob;
    const found = async (name: string) =>
      unruledKeys(job(name), [job('part'), job('job')], await target.table(named(name))).map(
        ({ code, level, message }) => `${level} ${code} ${message.slice(0, message.indexOf(' is a '))}`,
      );
    expect(await found('part')).toEqual([
      'warning FOREIGN_KEY_OF_PARTITION the foreign key alone of public.part_1 (other_id) to public.other',
      'error FOREIGN_KEY_OF_PARTITION the foreign key own of public.part_2 (self_id) to public.part',
    ]);
    const [alone] = unruledKeys(job('part'), [], await target.table(named('part')));
    const definitions = () =>
      column(client, `select pg_get_constraintdef(oid) from pg_constraint where conname = 'alone'`);
    const before = await definitions();
    for (const [, statement = ''] of (alone?.hint ?? '').matchAll(/\((alter table .*?;)\)/g))
      await client.query(statement);
    expect(before).toHaveLength(1);
    expect(await definitions()).toEqual(before);
    expect(alone?.hint).toContain('add constraint "alone" FOREIGN KEY (other_id) REFERENCES public.other(id)');
    // Its own key is an ordinary one where the partition itself is the table.
    expect(await found('part_1')).toEqual([
      'error FOREIGN_KEY_OF_PARTITION the foreign key part_job_id_fkey of public.part_1 (job_id) to public.job',
    ]);
    expect(await found('job')).toEqual([]);
    await client.query('drop table part, other');
  });
});

describe('a crash while foreign keys are restored', () => {
  it('can happen before any statement: calling again ends in the same state', async () => {
    const before = await constraints();
    await target.setForeignKeysAside('run-1', TABLES);
    await load(
      'job',
      ['id', 'coil_id'],
      [
        ['1', '100'],
        ['2', '101'],
      ],
    );
    await load(
      'coil',
      ['id', 'customer_id'],
      [
        ['100', '7'],
        ['101', '8'],
      ],
    );
    await load('customer', ['id', 'parent_id'], [['7', null]]);
    let crashes = 0;
    while (!(await restoredThrough(crashes + 1))) crashes++;
    const verdicts = await target.restoreForeignKeys('run-1', RULES);
    expect(crashes).toBeGreaterThan(15);
    expect(verdicts.map(({ orphans }) => orphans)).toEqual([0, 1, 1, 0]);
    expect(await rejects()).toEqual([
      'coil ["101"] customer_id no parent in customer',
      'job ["2"] coil_id parent rejected',
    ]);
    expect(await constraints()).toEqual(before);
  });

  /** Restores over a connection that breaks instead of sending its n-th message. Whether it got to the end. */
  async function restoredThrough(messages: number): Promise<boolean> {
    const proxy = await breakingProxy(database.url, messages);
    const dying = await openPostgresTarget({ url: proxy.url }).catch(() => null);
    const verdicts = await dying?.restoreForeignKeys('run-1', RULES).catch(() => null);
    await dying?.close();
    await proxy.close();
    return verdicts !== undefined && verdicts !== null;
  }
});
