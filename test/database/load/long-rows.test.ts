import fc from 'fast-check';
import type { Client } from 'pg';
import { parkedValue } from '../../../src/core/rows/large-value';
import type { TargetRow } from '../../../src/core/mapping/wire';
import type { LoadPlan, Target } from '../../../src/core/ports/target';
import { openSpillFile } from '../../../src/files/spill-file';
import { openPostgresTarget } from '../../../src/postgres/open-target';
import { breakingProxy } from '../../support/breaking-proxy';
import type { FreshDatabase } from '../../support/databases';
import { targetForAll } from '../../support/opened-target';
import { aChunk, aLoaderContext, aLoadPlan } from '../../support/postgres-load';
import { hardText, ROW_LIMITS } from '../../support/row-limits';
import { column } from '../../support/sql';

let database: FreshDatabase;
let client: Client;
let target: Target;
let number = 0;

const opened = targetForAll();
beforeAll(async () => {
  ({ database, client, target } = await opened());
});

const TABLE = { schema: 'public', name: 'bad' };

async function newTable(ddl: string): Promise<string> {
  await client.query(
    `drop table if exists bad, judge; drop function if exists raised; truncate cutover.reject, cutover.journal; ${ddl}`,
  );
  return `long-${(number += 1)}`;
}

async function load(runId: string, plan: LoadPlan, rows: readonly TargetRow[]) {
  const loader = await target.loader(plan, aLoaderContext({ runId }));
  try {
    return await loader.load(aChunk('bad', rows));
  } finally {
    await loader.close();
  }
}

const indexes = () =>
  column(client, `select pg_get_indexdef(indexrelid) from pg_index where indrelid = 'bad'::regclass order by 1`);

/** As a run does: what can go aside goes, the rows come, everything comes back. */
async function migrated(runId: string, plan: LoadPlan, rows: readonly TargetRow[]) {
  const before = await indexes();
  await target.setObjectsAside(runId, [TABLE]);
  const result = await load(runId, plan, rows);
  await target.restoreObjects(runId);
  expect(await indexes()).toEqual(before);
  return result;
}

/** As a scan does. */
async function foreseen(plan: LoadPlan, rows: readonly TargetRow[]) {
  const probe = await target.probe([{ load: plan, compared: [] }]);
  try {
    const loader = await probe.target.loader(plan, aLoaderContext({ runId: 'scan' }));
    await loader.load(aChunk('bad', rows));
    await loader.close();
    return await probe.rejects('scan');
  } finally {
    await probe.close();
  }
}

const rejectCounts = async (runId: string): Promise<unknown[]> =>
  column(
    client,
    `select concat_ws(' | ', property, reason, sql_state, count(*)) from cutover.reject where run = '${runId}'
     group by property, reason, sql_state order by 1`,
  );

const asLines = (counts: Awaited<ReturnType<typeof foreseen>>): string[] =>
  counts
    .map(({ property, reason, sqlState, count }) =>
      [property, reason, sqlState, count].filter((part) => part !== null).join(' | '),
    )
    .sort();

describe('a row that is too long for an index which is away during the load', () => {
  const plan = aLoadPlan('bad', ['id', 'value']);

  it.each(ROW_LIMITS)(
    'is rejected as the scan foresees, and the index is built: $name',
    async ({ ddl, good, bad, says }) => {
      const runId = await newTable(ddl);
      const rows = Array.from({ length: 12 }, (_, n): TargetRow => [n, n === 3 || n === 7 ? bad(n) : good(n)]);
      const scanned = await foreseen(plan, rows);
      expect(await migrated(runId, plan, rows)).toMatchObject({ read: 12, inserted: 10, rejected: 2 });
      expect(await rejectCounts(runId)).toEqual([`${says} | 2`]);
      expect(asLines(scanned)).toEqual([`${says} | 2`]);
    },
  );

  it('is rejected for the two ends of a range that BRIN keeps, and one that is half as long is not', async () => {
    const runId = await newTable(
      'create table bad (id int4 primary key, value text); create index on bad using brin (value)',
    );
    const rows = [4_500, 3_500, 4_600, 10, 3_600].map((size, n): TargetRow => [n, hardText(size, n)]);
    const scanned = await foreseen(plan, rows);
    expect(await migrated(runId, plan, rows)).toMatchObject({ inserted: 3, rejected: 2 });
    expect(await rejectCounts(runId)).toEqual(['value | too long for an index | 54000 | 2']);
    expect(asLines(scanned)).toEqual(['value | too long for an index | 54000 | 2']);
  });

  it('is not judged by its length: one that compresses passes, one of a padded column that is stored plain does not', async () => {
    const runId = await newTable(`create table bad (id int4 primary key, value text, padded char(3000));
      alter table bad alter column padded set storage external; create index on bad (value); create index on bad (padded)`);
    const wide = aLoadPlan('bad', ['id', 'value', 'padded']);
    const rows: TargetRow[] = [
      [1, 'x'.repeat(100_000), null],
      [2, hardText(3_000, 2), null],
      [3, 'short', 'a'],
      [4, 'short', null],
    ];
    expect(await migrated(runId, wide, rows)).toMatchObject({ inserted: 2, rejected: 2 });
    expect(await rejectCounts(runId)).toEqual([
      'padded | too long for an index | 54000 | 1',
      'value | too long for an index | 54000 | 1',
    ]);
  });

  it('is found where its value lies in a file, for the chunk had too many for the memory', async () => {
    const runId = await newTable('create table bad (id int4 primary key, value text); create index on bad (value)');
    const spill = openSpillFile();
    const rows = [6_000, 1_000].map((size, n): TargetRow => [n, parkedValue(hardText(size, n), spill).asCell()]);
    try {
      expect(await migrated(runId, plan, rows)).toMatchObject({ inserted: 1, rejected: 1 });
    } finally {
      spill.close();
    }
    expect(await rejectCounts(runId)).toEqual(['value | too long for an index | 54000 | 1']);
  });

  it('is found where the index is over what the database makes of the row', async () => {
    const runId = await newTable(`create table bad (id int4 primary key, value text,
      much text generated always as (value || value || value) stored); create index on bad (much)`);
    const rows: TargetRow[] = [
      [1, hardText(1_200, 1)],
      [2, hardText(600, 2)],
    ];
    expect(await migrated(runId, plan, rows)).toMatchObject({ inserted: 1, rejected: 1 });
  });

  it('counts as duplicate or is skipped where it never comes to be written', async () => {
    const runId = await newTable(`create table bad (id int4 primary key, value text); create index on bad (value);
      insert into bad values (1, 'there')`);
    const skipping = { ...plan, conflicts: { policy: 'skip', rowsBefore: 1 } as const };
    const rows: TargetRow[] = [
      [1, hardText(4_000, 1)],
      [2, hardText(4_000, 2)],
      [3, 'short'],
    ];
    const scanned = await foreseen(skipping, rows);
    expect(await migrated(runId, skipping, rows)).toMatchObject({ inserted: 1, skipped: 1, rejected: 1 });
    expect(asLines(scanned)).toEqual(await rejectCounts(runId));
  });

  it('is rejected where it would overwrite a row', async () => {
    const runId = await newTable(`create table bad (id int4 primary key, value text); create index on bad (value);
      insert into bad values (1, 'there'), (2, 'there')`);
    const updating = { ...plan, conflicts: { policy: 'update', rowsBefore: 2 } as const };
    const rows: TargetRow[] = [
      [1, hardText(4_000, 1)],
      [2, 'new'],
    ];
    expect(await migrated(runId, updating, rows)).toMatchObject({ updated: 1, rejected: 1 });
    expect(await column(client, 'select value from bad order by id')).toEqual(['there', 'new']);
  });
});

describe('a process that dies while the index is built', () => {
  it('can do so before any statement: called again the index is there, and every row is loaded or rejected once', async () => {
    const plan = aLoadPlan('bad', ['id', 'value']);
    const runId = await newTable('create table bad (id int4 primary key, value text); create index on bad (value)');
    const before = await indexes();
    await target.setObjectsAside(runId, [TABLE]);
    const rows: TargetRow[] = [4_000, 10, 5_000].map((size, n) => [n, hardText(size, n)]);
    expect(await load(runId, plan, rows)).toMatchObject({ inserted: 1, rejected: 2 });
    let deaths = 0;
    while (!(await restoredThrough(runId, deaths + 1))) deaths++;
    expect(deaths).toBeGreaterThan(5);
    expect(await indexes()).toEqual(before);
    expect(await load(runId, plan, rows)).toEqual({ kind: 'already-loaded' });
    expect(await rejectCounts(runId)).toEqual(['value | too long for an index | 54000 | 2']);
    expect(await target.count(TABLE)).toBe(1);
  });

  /** Over a connection that breaks instead of sending its n-th message. Whether it got to the end. */
  async function restoredThrough(runId: string, messages: number): Promise<boolean> {
    const proxy = await breakingProxy(database.url, messages);
    const dying = await openPostgresTarget({ url: proxy.url }).catch(() => null);
    const done = await dying?.restoreObjects(runId).then(
      () => true,
      () => false,
    );
    await dying?.close();
    await proxy.close();
    return done === true;
  }
});

const KINDS = {
  'btree text': ['text', 'create index on %s (value)'],
  'btree and another': ['text', 'create index on %s (id, value); create index on %s (value, id)'],
  unique: ['text', 'create unique index on %s (value)'],
  'btree expression': ['text', 'create index on %s ((upper(value) || value))'],
  'btree partial': ['text', `create index on %s (value) where id % 2 = 0`],
  hash: ['text', 'create index on %s using hash (value)'],
  'gin array': ['text[]', 'create index on %s using gin (value)'],
  'btree array': ['int4[]', 'create index on %s (value)'],
  'btree jsonb': ['jsonb', 'create index on %s (value)'],
  'gin jsonb': ['jsonb', 'create index on %s using gin (value)'],
  'btree numbers': ['numeric[]', 'create index on %s (value)'],
  'gist text': ['text', 'create extension if not exists btree_gist; create index on %s using gist (value)'],
  'brin text': ['text', 'create index on %s using brin (value)'],
  'spgist text': ['text', 'create index on %s using spgist (value)'],
} as const satisfies Readonly<Record<string, readonly [string, string]>>;

/** A value of the type, about so long, harder or easier to compress. */
function valueOf(type: string, size: number, seed: number): string {
  const text = seed % 4 === 0 ? 'abc'.repeat(Math.ceil(size / 3)) : hardText(size, seed);
  const digits = Array.from(
    text.slice(0, Math.ceil(size / (type === 'numeric[]' ? 1 : 8))),
    (letter) => letter.charCodeAt(0) % 10,
  );
  if (type === 'text[]') return `{a,"${text}"}`;
  if (type === 'jsonb') return seed % 2 === 0 ? JSON.stringify({ text }) : JSON.stringify(digits);
  if (type.endsWith('[]')) return `{${digits.join(',')}}`;
  return text;
}

/** SQL that puts a row, given as $1 and $2, into `judge` as the index takes it by itself at the worst. */
function judging(
  kind: keyof typeof KINDS,
  type: string,
): { readonly before: string; readonly insert: string; readonly after: string } {
  // The entries of GiST are joined, so that one row has to fit as two.
  const copies = kind === 'gist text' ? 4 : 1;
  const alone = 'truncate judge; alter table judge drop constraint if exists judge_pkey';
  return {
    before: kind === 'gist text' || kind === 'brin text' ? alone : 'select',
    insert: `insert into judge select $1::int4, $2::text::${type} from generate_series(1, ${copies})`,
    // BRIN takes notice of a new row when its range is summed up.
    after: kind === 'brin text' ? 'reindex table judge' : 'select',
  };
}

describe('rows of random sizes under indexes of every kind', () => {
  const ROWS_A_KIND = 24;
  const sizes = fc.tuple(
    fc.oneof(
      fc.integer({ min: 1, max: 12_000 }),
      fc.integer({ min: 2_500, max: 2_900 }),
      fc.integer({ min: 7_800, max: 8_400 }),
    ),
    fc.integer({ min: 0, max: 1_000_000 }),
  );
  const plan = aLoadPlan('bad', ['id', 'value']);
  const kinds = Object.keys(KINDS) as (keyof typeof KINDS)[];

  it.each(kinds.map((kind, nth) => [kind, nth] as const))(
    'are loaded or rejected under %s as the server takes each of them by itself, and as the scan foresees',
    async (kind, nth) => {
      const [type, ddl] = KINDS[kind];
      const storage = nth % 2 === 0 ? '' : 'alter table %s alter column value set storage external;';
      const made = (name: string): string =>
        `create table ${name} (id int4 primary key, value ${type}); ${storage} ${ddl}`.replaceAll('%s', name);
      const runId = await newTable(`${made('bad')}; ${made('judge')}`);
      const rows = fc
        .sample(sizes, { numRuns: ROWS_A_KIND, seed: 54_000 + nth })
        .map(([size, seed], n): TargetRow => [n, valueOf(type, size, seed)]);
      const { before, insert, after } = judging(kind, type);
      const fitting: unknown[] = [];
      for (const [id, value] of rows) {
        await client.query(before);
        await client
          .query(insert, [id, value])
          .then(() => client.query(after))
          .then(
            () => fitting.push(id),
            () => null,
          );
      }
      // These keep nothing long of a value.
      const takesAll = ['hash', 'gin jsonb', 'spgist text'].includes(kind);
      expect(fitting.length < rows.length).toBe(!takesAll);
      const scanned = await foreseen(plan, rows);
      const result = await migrated(runId, plan, rows);
      expect(await column(client, 'select id from bad order by id')).toEqual(fitting);
      expect(result).toMatchObject({ inserted: fitting.length, rejected: rows.length - fitting.length });
      expect(asLines(scanned)).toEqual(await rejectCounts(runId));
    },
  );
});
