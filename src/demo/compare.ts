import type { ClientBase } from 'pg';
import { abisLegacy, type LegacySize } from './legacy/generate';
import type { PlannedReject } from './legacy/planned-faults';
import type { ExpectedRow } from './legacy/recipe';
import { selectAsText, TARGET_TABLES, type TargetTable } from './target-tables';

/**
 * Compares what a migration of the demo left in its target with what the generator of the legacy data knows to be right. It
 * shares no code with the migration: no transformer, no encoder, no ledger reader.
 */

/** One thing that is not as it should be. The demo's data is made up, so values are shown. */
export interface Difference {
  readonly kind: 'missing row' | 'unexpected row' | 'other value' | 'missing reject' | 'unexpected reject';
  readonly entity: string;
  readonly key: string;
  readonly property: string | null;
  readonly expected: string | null;
  readonly actual: string | null;
}

type Row = Readonly<Record<string, string | null>>;
type Found = (difference: Difference) => void;

const PAGE = 2_000;

/** Differences in rows and in rejects of the latest run; empty when everything is right. Opens one read-only transaction. */
export async function compareDemo(client: ClientBase, size: LegacySize = {}): Promise<Difference[]> {
  const legacy = abisLegacy(size);
  const differences: Difference[] = [];
  const found: Found = (difference) => differences.push(difference);
  await client.query('begin isolation level repeatable read read only');
  try {
    for (const table of TARGET_TABLES) {
      await compareRows(client, { table, expected: legacy.expected.rows(table.entity) }, found);
    }
    compareRejects(legacy.expected.rejects, await rejectsOfLatestRun(client), found);
  } finally {
    await client.query('rollback');
  }
  return differences;
}

/** Walks both sides in the order of the key; neither is held in memory. */
async function compareRows(
  client: ClientBase,
  side: { readonly table: TargetTable; readonly expected: Iterable<ExpectedRow> },
  found: Found,
): Promise<void> {
  const { entity, columns } = side.table;
  const wanted = side.expected[Symbol.iterator]();
  let next = wanted.next();
  const missing = (row: ExpectedRow): void => {
    found({ kind: 'missing row', entity, key: keyOf(row), property: null, expected: null, actual: null });
  };
  for await (const actual of rowsOf(client, side.table)) {
    while (!next.done && BigInt(keyOf(next.value)) < BigInt(keyOf(actual))) {
      missing(next.value);
      next = wanted.next();
    }
    if (next.done || keyOf(next.value) !== keyOf(actual)) {
      found({ kind: 'unexpected row', entity, key: keyOf(actual), property: null, expected: null, actual: null });
      continue;
    }
    compareValues(next.value, actual, { entity, properties: Object.keys(columns), found });
    next = wanted.next();
  }
  for (; !next.done; next = wanted.next()) missing(next.value);
}

function compareValues(
  expected: ExpectedRow,
  actual: Row,
  {
    entity,
    properties,
    found,
  }: { readonly entity: string; readonly properties: readonly string[]; readonly found: Found },
): void {
  for (const property of properties) {
    // A property that the generator does not know is a difference too, not a null.
    const wanted = property in expected ? (expected[property] ?? null) : '(nothing known)';
    const value = actual[property] ?? null;
    if (wanted === value) continue;
    found({ kind: 'other value', entity, key: keyOf(actual), property, expected: wanted, actual: value });
  }
}

async function* rowsOf(client: ClientBase, table: TargetTable): AsyncGenerator<Row> {
  await client.query(`declare demo_rows no scroll cursor for ${selectAsText(table)}`);
  for (;;) {
    const { rows } = await client.query<Row>(`fetch ${PAGE} from demo_rows`);
    yield* rows;
    if (rows.length < PAGE) break;
  }
  await client.query('close demo_rows');
}

async function rejectsOfLatestRun(client: ClientBase): Promise<PlannedReject[]> {
  const { rows } = await client.query<PlannedReject>(
    `select entity, stage, key, property, reason from cutover.reject
     where run = (select id from cutover.run order by nth desc limit 1)`,
  );
  return rows;
}

/** As multisets: a key may be rejected twice. */
function compareRejects(planned: readonly PlannedReject[], actual: readonly PlannedReject[], found: Found): void {
  const open = new Map<string, PlannedReject[]>();
  for (const reject of planned) open.set(nameOf(reject), [...(open.get(nameOf(reject)) ?? []), reject]);
  for (const reject of actual) {
    if (open.get(nameOf(reject))?.pop() === undefined) found(rejectDifference('unexpected reject', reject));
  }
  for (const reject of [...open.values()].flat()) found(rejectDifference('missing reject', reject));
}

function rejectDifference(kind: 'missing reject' | 'unexpected reject', reject: PlannedReject): Difference {
  const { entity, key, property, stage, reason } = reject;
  const words = `${stage}: ${reason}`;
  const sides = kind === 'missing reject' ? { expected: words, actual: null } : { expected: null, actual: words };
  return { kind, entity, key, property, ...sides };
}

function nameOf({ entity, key, property, stage, reason }: PlannedReject): string {
  return JSON.stringify([entity, key, property, stage, reason]);
}

function keyOf(row: Row): string {
  return row['id'] ?? '0';
}
