import fc from 'fast-check';
import type { Client } from 'pg';
import type { OrphanPolicy, TableMapping } from '../../../src/core/mapping/table-mapping';
import type { Target } from '../../../src/core/ports/target';
import type { EntityJob } from '../../../src/migrate/jobs/entity-job';
import { withLiveKeys } from '../../../src/migrate/jobs/live-jobs';
import { settleOrphans } from '../../../src/migrate/target/settle-orphans';
import { NO_SETTINGS } from '../../../src/core/run/run-settings';
import { aJob } from '../../support/a-run';
import { targetForAll } from '../../support/opened-target';
import { aChunk, aLoaderContext, aLoadPlan } from '../../support/postgres-load';
import { variantCount } from '../../support/variants';
import { column } from '../../support/sql';
import { fromPostgres, serverMajor } from '../../support/server-version';

const COLUMNS = ['id', 'a', 'b', 'own'];
const CHOICES = {
  kind: fc.constantFrom('simple', 'composite', 'full', 'self', 'both'),
  policy: fc.constantFrom<OrphanPolicy>('reject', 'null', 'keep'),
  action: fc.constantFrom('', ' on delete cascade', ' on delete set null', ' on update cascade on delete set default'),
  deferral: fc.constantFrom('', ' deferrable', ' deferrable initially deferred'),
  partitioned: fc.boolean(),
  parents: fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })), {
    minLength: 1,
    maxLength: 6,
    selector: String,
  }),
  rows: fc.array(fc.tuple(nullable(1, 4), nullable(1, 4), nullable(1, 14)), { minLength: 4, maxLength: 12 }),
};

function nullable(min: number, max: number): fc.Arbitrary<number | null> {
  return fc.option(fc.integer({ min, max }), { freq: 4 });
}

/** Before PostgreSQL 18 a partitioned table has no key that rows break. */
const isPossible = ({ partitioned, policy }: { partitioned: boolean; policy: string }): boolean =>
  serverMajor() >= 18 || !partitioned || policy !== 'keep';

interface Variant {
  readonly kind: 'simple' | 'composite' | 'full' | 'self' | 'both';
  readonly policy: OrphanPolicy;
  readonly action: string;
  readonly deferral: string;
  readonly partitioned: boolean;
  readonly parents: [number, number][];
  readonly rows: [number | null, number | null, number | null][];
}

interface Key {
  readonly columns: readonly number[];
  readonly sql: string;
  readonly isFull: boolean;
  /** Whether some parent has the values. */
  readonly has: (values: readonly (number | null)[], rows: readonly Row[]) => boolean;
}

type Row = (number | null)[];

/** The keys of a variant, by what they should mean. */
function keysOf({ kind, parents, action, deferral }: Variant): Key[] {
  const tail = `${action}${deferral}`;
  const pair = (match: string): Key => ({
    columns: [1, 2],
    sql: `(a, b) references parent (x, y)${match}${tail}`,
    isFull: match !== '',
    has: ([x, y]) => parents.some(([px, py]) => px === x && py === y),
  });
  const self: Key = {
    columns: [3],
    sql: `(own) references child${tail}`,
    isFull: false,
    has: ([id], rows) => rows.some((row) => row[0] === id),
  };
  const single: Key = {
    columns: [1],
    sql: `(a) references single${tail}`,
    isFull: false,
    has: ([x]) => parents.some(([px]) => px === x),
  };
  switch (kind) {
    case 'simple':
      return [single];
    case 'composite':
      return [pair('')];
    case 'full':
      return [pair(' match full')];
    case 'self':
      return [self];
    case 'both':
      return [single, pair(''), self];
  }
}

function isOrphan(key: Key, row: Row, rows: readonly Row[]): boolean {
  const values = key.columns.map((at) => row[at] ?? null);
  const filled = values.filter((value) => value !== null).length;
  if (filled === 0) return false;
  return filled < values.length ? key.isFull : !key.has(values, rows);
}

/** What is left when the policy has been applied until nothing changes. */
function settled(keys: readonly Key[], rows: readonly Row[], policy: OrphanPolicy): Row[] {
  if (policy === 'keep') return [...rows];
  for (let left = rows.map((row) => [...row]); ;) {
    const orphans = left.filter((row) => keys.some((key) => isOrphan(key, row, left)));
    if (orphans.length === 0) return left;
    if (policy === 'reject') left = left.filter((row) => !orphans.includes(row));
    else {
      for (const key of keys) {
        for (const row of left.filter((candidate) => isOrphan(key, candidate, left))) {
          for (const at of key.columns) row[at] = null;
        }
      }
    }
  }
}

describe('foreign keys of live tables at random', () => {
  let client: Client;
  let target: Target;
  let number = 0;

  const opened = targetForAll();
  beforeAll(async () => {
    ({ client, target } = await opened());
  });

  const constraints = () =>
    column(
      client,
      `select pg_get_constraintdef(oid) from pg_constraint
       where conrelid = to_regclass('child') and contype = 'f' and conparentid = 0 order by conname`,
    );

  async function built(variant: Variant, keys: readonly Key[]): Promise<void> {
    await client.query('drop table if exists child; drop table if exists parent; drop table if exists single');
    const values = variant.parents.map(([x, y]) => `(${x}, ${y})`).join(', ');
    const single = [...new Set(variant.parents.map(([x]) => `(${x})`))].join(', ');
    const partition = variant.partitioned
      ? ' partition by hash (id); create table child_0 partition of child for values with (modulus 1, remainder 0)'
      : '';
    await client.query(`
      create table parent (x int, y int, primary key (x, y)); insert into parent values ${values};
      create table single (x int primary key); insert into single values ${single};
      create table child (id int primary key, a int, b int, own int)${partition}`);
    for (const [at, { sql }] of keys.entries()) {
      await client.query(`alter table child add constraint key_${at} foreign key ${sql}`);
    }
  }

  it('lead to what their policies say, whatever their kind, actions and deferral, and come back as they were', async () => {
    const property = fc.asyncProperty(fc.record(CHOICES).filter(isPossible), async (variant) => {
      const keys = keysOf(variant);
      await built(variant, keys);
      const before = await constraints();
      const runId = `random-${(number += 1)}`;
      const bare = aJob({ entity: 'child', rows: 0 });
      const plan = aLoadPlan('child', COLUMNS);
      const mapping = { entity: 'child', orphans: {} } as TableMapping;
      const found = await withLiveKeys([{ ...bare, mapping, load: plan }], target);
      const orphans = Object.fromEntries(
        found.flatMap(({ contract }) => contract.relations.map((relation) => [relation.property, variant.policy])),
      );
      const jobs: EntityJob[] = found.map((job) => ({ ...job, mapping: { ...mapping, orphans } }));
      expect(jobs[0]?.contract.relations).toHaveLength(keys.length);
      await target.setForeignKeysAside(runId, [plan.table]);
      const rows: Row[] = variant.rows.map((cells, at) => [at + 1, ...cells]);
      const loader = await target.loader(plan, aLoaderContext({ runId }));
      await loader.load(
        aChunk(
          'child',
          rows.map((row) => row.map((cell) => cell?.toString() ?? null)),
        ),
      );
      await loader.close();
      const verdicts = await settleOrphans(
        { target, emit: () => undefined },
        { id: runId, settings: NO_SETTINGS },
        jobs,
      );
      const left = settled(keys, rows, variant.policy);
      expect(
        await column(
          client,
          `select concat_ws('|', id, coalesce(a, 0), coalesce(b, 0), coalesce(own, 0)) from child order by id`,
        ),
      ).toEqual(left.map((row) => row.map((cell) => cell ?? 0).join('|')));
      const rejected = await column(client, `select count(*)::int from cutover.reject where run = '${runId}'`);
      expect(rejected).toEqual([rows.length - left.length]);
      const kept = keys.map((key) => left.filter((row) => isOrphan(key, row, left)).length);
      const after = await constraints();
      expect(after.map((text) => String(text).replace(/ NOT VALID$/, ''))).toEqual(before);
      expect(after.map((text) => String(text).endsWith(' NOT VALID'))).toEqual(kept.map((count) => count > 0));
      if (variant.policy === 'keep') {
        expect(verdicts.map((verdict) => verdict.orphans).sort()).toEqual([...kept].sort());
      }
    });
    await fc.assert(property, { seed: 20261201, numRuns: variantCount({ suite: 15, all: 40 }) });
  });

  fromPostgres(18)(
    'of which the server compares periods, or that it does not enforce, are left to the server (PostgreSQL 18)',
    async () => {
      await client.query(`drop table if exists child; drop table if exists parent;
      create extension btree_gist; create table parent (x int primary key);
      create table term (x int, d daterange, primary key (x, d without overlaps));
      create table child (id int primary key, a int, d daterange);
      alter table child add constraint idle foreign key (a) references parent not enforced;
      alter table child add constraint timed foreign key (a, period d) references term (x, period d)`);
      const before = await constraints();
      await target.setForeignKeysAside('idle', [{ schema: 'public', name: 'child' }]);
      expect(await constraints()).toEqual(before.slice(0, 1));
      expect((await target.table({ schema: 'public', name: 'child' }))?.foreignKeys).toEqual([]);
      await target.restoreForeignKeys('idle', []);
      expect(await constraints()).toEqual(before);
    },
  );

  it('that no rule knows are named with their table, columns, parent and rows where these do not fit', async () => {
    await client.query(`drop table if exists child; drop table if exists parent;
      create table parent (x int primary key); create table child (id int primary key, a int references parent);`);
    await target.setForeignKeysAside('spoilt', [{ schema: 'public', name: 'child' }]);
    await client.query('insert into child values (1, 5), (2, 5), (3, null)');
    await expect(target.restoreForeignKeys('spoilt', [])).rejects.toMatchObject({
      code: 'LOAD_FAILED',
      message:
        'foreign keys are not valid: child_a_fkey of public.child (a) to public.parent (x): 2 rows without a parent',
    });
  });
});
