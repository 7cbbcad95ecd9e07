import fc from 'fast-check';
import type { Client } from 'pg';
import type { TargetRow } from '../../../src/core/mapping/wire';
import type { LoadPlan, Target } from '../../../src/core/ports/target';
import { targetForAll } from '../../support/opened-target';
import { aChunk, aLoaderContext, aLoadPlan } from '../../support/postgres-load';
import { hardText } from '../../support/row-limits';
import { column } from '../../support/sql';
import { variantCount } from '../../support/variants';

let client: Client;
let target: Target;
let number = 0;

const opened = targetForAll();
beforeAll(async () => {
  ({ client, target } = await opened());
});

const REFUSED = 'larger than the target can hold | 54000';
const names = (columns: number): string[] => Array.from({ length: columns }, (_, at) => `c${at}`);

async function newTable(columns: number, type: string): Promise<LoadPlan> {
  const all = names(columns);
  await client.query(`drop table if exists bad; truncate cutover.reject;
    create table bad (id int4 primary key, ${all.map((name) => `${name} ${type}`).join(', ')})`);
  return aLoadPlan('bad', ['id', ...all]);
}

async function load(plan: LoadPlan, rows: readonly TargetRow[], by = target) {
  const loader = await by.loader(plan, aLoaderContext({ runId: `wide-${(number += 1)}` }));
  try {
    return await loader.load(aChunk('bad', rows));
  } finally {
    await loader.close();
  }
}

/** As a scan does: the reasons with their counts. */
async function foreseen(plan: LoadPlan, rows: readonly TargetRow[]): Promise<string[]> {
  const probe = await target.probe([{ load: plan, compared: ['id'] }]);
  try {
    await load(plan, rows, probe.target);
    const counts = await probe.rejects(`wide-${number}`);
    return counts.map(({ reason, sqlState, count }) => `${reason} | ${sqlState} | ${count}`);
  } finally {
    await probe.close();
  }
}

const rejected = () =>
  column(
    client,
    `select reason || ' | ' || sql_state || ' | ' || count(*) from cutover.reject group by reason, sql_state`,
  );

/** What the server takes row by row, by a client of the test's own; the table is empty afterwards. */
async function taken({ columns }: LoadPlan, rows: readonly TargetRow[]): Promise<number[]> {
  const parameters = columns.map((_, at) => `$${at + 1}`).join(', ');
  const fitting: number[] = [];
  for (const row of rows) {
    const done = await client.query(`insert into bad values (${parameters})`, [...row]).then(
      () => true,
      (error: unknown) => {
        if ((error as { code?: string }).code !== '54000') throw error;
        return false;
      },
    );
    if (done) fitting.push(Number(row[0]));
  }
  await client.query('truncate bad');
  return fitting;
}

const VARIANTS = variantCount({ suite: 6, all: 22 });

const TYPES = {
  int8: { bytes: 8, value: (seed: number) => String(seed) },
  float8: { bytes: 8, value: (seed: number) => `${seed}.5` },
  timestamptz: { bytes: 8, value: () => '2001-02-03 04:05:06+00' },
  uuid: { bytes: 16, value: () => '12345678-1234-1234-1234-123456789abc' },
  date: { bytes: 4, value: () => '2001-02-03' },
  numeric: { bytes: 13, value: (seed: number) => `${1234567890 + seed}.123456` },
  'varchar(20)': { bytes: 21, value: (seed: number) => hardText(20, seed) },
  text: { bytes: 18, value: (seed: number) => hardText(60, seed) },
} as const;

/** Rows about as big as a page can hold, a little more or less. */
const variants = fc.record({
  type: fc.constantFrom(...(Object.keys(TYPES) as (keyof typeof TYPES)[])),
  sizes: fc.array(fc.integer({ min: 7_700, max: 8_500 }), { minLength: 3, maxLength: 4 }),
  spare: fc.integer({ min: 0, max: 60 }),
  policy: fc.constantFrom('reject' as const, 'skip' as const, 'update' as const),
});

describe('a row that is too big for a page', () => {
  it('is rejected, and no other: rows of random types as the server takes each by itself, and as the scan foresees', async () => {
    let refusals = 0;
    const property = fc.asyncProperty(variants, async ({ type, sizes, spare, policy }) => {
      const { bytes, value } = TYPES[type];
      const filled = sizes.map((size) => Math.min(Math.floor(size / bytes), 1_590 - spare));
      const width = Math.max(...filled) + spare;
      const rows = filled.map((count, n): TargetRow => {
        return [String(n), ...Array.from({ length: width }, (_, at) => (at < count ? value(at) : null))];
      });
      const plan = await newTable(width, type);
      const fitting = await taken(plan, rows);
      refusals += rows.length - fitting.length;
      // A row of before, so that the policy is asked; under another key than any here.
      const before = policy === 'reject' ? 0 : 1;
      if (before > 0) await client.query('insert into bad (id) values (900)');
      const judged = { ...plan, conflicts: { policy, rowsBefore: before } };
      const scanned = await foreseen(judged, rows);
      expect(await load(judged, rows)).toMatchObject({
        inserted: fitting.length,
        rejected: rows.length - fitting.length,
      });
      expect(await column(client, 'select id from bad where id < 900 order by id')).toEqual(fitting);
      const counts = fitting.length === rows.length ? [] : [`${REFUSED} | ${rows.length - fitting.length}`];
      expect(await rejected()).toEqual(counts);
      expect(scanned).toEqual(counts);
    });
    await fc.assert(property, { seed: 8_160, numRuns: VARIANTS, endOnFailure: true });
    expect(refusals).toBeGreaterThan(VARIANTS / 2);
  }, 900_000);

  it('is told from one that fits only because its values are compressed', async () => {
    const plan = await newTable(500, 'text');
    const wide = (id: string, text: (at: number) => string): TargetRow => [id, ...names(500).map((_, at) => text(at))];
    const rows = [
      wide('1', () => 'x'.repeat(40)),
      wide('2', (at) => hardText(40, at)),
      wide('1', () => 'short'),
      wide('4', () => 'short'),
    ];
    const counts = ['duplicate key | 23505 | 1', `${REFUSED} | 1`];
    expect((await foreseen(plan, rows)).sort()).toEqual(counts);
    expect(await load(plan, rows)).toMatchObject({ inserted: 2, rejected: 2 });
    expect((await rejected()).sort()).toEqual(counts);
    expect(await column(client, 'select id from bad order by id')).toEqual([1, 4]);
  });

  it('is found where a table has as many columns as there can be', async () => {
    const plan = await newTable(1_599, 'int4');
    const row = (id: string): TargetRow => [id, ...names(1_599).map((_, at) => String(at))];
    const nulls = (id: string): TargetRow => [id, ...names(1_599).map(() => null)];
    expect(await load(plan, [row('1'), row('1'), nulls('2')])).toMatchObject({ inserted: 2, rejected: 1 });
    expect(await rejected()).toEqual(['duplicate key | 23505 | 1']);
    expect(await column(client, 'select c1598 from bad order by id')).toEqual([1_598, null]);
  });
});
