import type { LegacyRow } from '../../../src/core/mapping/wire';
import { rowNaming } from '../../../src/core/rows/row-rejects';
import type {
  ChunkBounds,
  LegacyLookup,
  LegacySource,
  ReadPlan,
  RowList,
  RowTaker,
  SourceTable,
  TakenCounts,
} from '../../../src/core/ports/legacy-source';

import { notInMemory } from './not-in-memory';

export interface MemoryTable {
  readonly table: SourceTable;
  /** Rows as the reader hands them over: `[rowid, …columns]` in the order of `table.columns`. */
  readonly rows: readonly LegacyRow[];
  /** Which rows meet the read plan's condition; all where absent. */
  readonly matches?: (row: LegacyRow) => boolean;
}

/** The legacy database as arrays, for unit tests; test/contract holds it to what Oracle does. Chunks are ranges of row numbers. */
export function memorySource(tables: readonly MemoryTable[]): LegacySource {
  const find = (name: string): MemoryTable | undefined => tables.find(({ table }) => table.name.name === name);
  const matching = (plan: ReadPlan): readonly LegacyRow[] => {
    const found = find(plan.source.name);
    const all = found?.rows ?? [];
    return plan.where === null || found?.matches === undefined ? all : all.filter(found.matches);
  };
  return {
    facts: () =>
      Promise.resolve({
        identity: 'memory',
        version: '0',
        mode: 'thin',
        characterSet: 'AL32UTF8',
        nationalCharacterSet: 'AL16UTF16',
      }),
    check: () => Promise.resolve([]),
    table: (name) => Promise.resolve(find(name.name)?.table ?? null),
    tryCondition: () => Promise.resolve(),
    readRefusals: () => Promise.resolve([]),
    takeScn: () => Promise.resolve('1000'),
    planChunks: ({ plan }, rows) => Promise.resolve({ strategy: 'key', chunks: ranges(matching(plan).length, rows) }),
    read: ({ plan, batchRows }, chunk) => {
      const rows = pick(matching(plan), plan, find(plan.source.name)?.table);
      return chunk.kind === 'rowids' || chunk.kind === 'keys'
        ? readChunk(listed(rows, plan, chunk), { kind: 'all' })
        : readChunk(rows, chunk, batchRows);
    },
    halve: ({ plan }, chunk) => Promise.resolve(halves(chunk, matching(plan).length)),
    count: ({ plan }) =>
      Promise.resolve({ matching: matching(plan).length, total: find(plan.source.name)?.rows.length ?? 0 }),
    countTaken: ({ source, takers }) => Promise.resolve(takenOf(find(source.name)?.rows.length ?? 0, takers)),
    tablesOf: (owners) =>
      Promise.resolve(
        tables
          .filter(({ table }) => table.kind === 'table' && owners.includes(table.name.owner))
          .map(({ table }) => ({ ...table.name, estimatedRows: table.estimatedRows, mark: null })),
      ),
    ...notInMemory<LegacySource>()('countOrphans'),
    lookUp: (question) => Promise.resolve(rowsWithKey(find(question.table.name), question)),
    lobFacts: () => Promise.resolve({ average: 0, longest: 0 }),
    knowLobFacts: () => Promise.resolve(),
    longLobs: () => Promise.resolve([]),
    close: () => Promise.resolve(),
  };
}

/** Without a condition's language: every taker takes every row. */
function takenOf(total: number, takers: readonly RowTaker[]): TakenCounts {
  const own = takers.filter(({ inRun }) => inRun).length;
  return {
    total,
    takers: takers.map(() => ({ taken: total, loaded: total })),
    once: own > 0 ? total : 0,
    several: own > 1 ? total : 0,
    leftByChoice: 0,
    ofOthers: own === 0 && takers.length > 0 ? total : 0,
    none: takers.length === 0 ? total : 0,
  };
}

function rowsWithKey(found: MemoryTable | undefined, { key, value, keys }: LegacyLookup): LegacyRow[] {
  const wanted = new Set(keys.map((values) => values.join('\0')));
  const indexes = [...key, value].map((name) => 1 + (found?.table.columns ?? []).findIndex((at) => at.name === name));
  return (found?.rows ?? [])
    .map((row) => indexes.map((index) => row[index] ?? null))
    .filter((row) => wanted.has(row.slice(0, -1).join('\0')));
}

function ranges(total: number, rows: number): ChunkBounds[] {
  const count = Math.max(1, Math.ceil(total / rows));
  return Array.from({ length: count }, (_, index) => ({
    kind: 'key',
    after: index === 0 ? null : [String(index * rows)],
    upTo: index === count - 1 ? null : [String((index + 1) * rows)],
  }));
}

function halves(chunk: ChunkBounds, total: number): readonly [ChunkBounds, ChunkBounds] | null {
  const { after, upTo } = chunk.kind === 'key' ? chunk : { after: null, upTo: null };
  const [from, to] = [Number(after?.[0] ?? 0), Number(upTo?.[0] ?? total)];
  if (to - from < 2) return null;
  const middle = [String((from + to) >> 1)];
  return [
    { kind: 'key', after, upTo: middle },
    { kind: 'key', after: middle, upTo },
  ];
}

function pick(rows: readonly LegacyRow[], plan: ReadPlan, table: SourceTable | undefined): LegacyRow[] {
  const indexes = plan.columns.map(
    ({ name }) => 1 + (table?.columns ?? []).findIndex((column) => column.name === name),
  );
  return rows.map((row) => [row[0] ?? null, ...indexes.map((index) => row[index] ?? null)]);
}

function listed(rows: readonly LegacyRow[], plan: ReadPlan, list: RowList): LegacyRow[] {
  if (list.kind === 'rowids') return rows.filter(([rowid]) => list.rowids.includes(String(rowid)));
  const { keyOf } = rowNaming(plan);
  const wanted = new Set(list.keys.map((key) => JSON.stringify(key)));
  return rows.filter((row) => wanted.has(keyOf(row)));
}

async function* readChunk(
  rows: readonly LegacyRow[],
  chunk: ChunkBounds,
  batchRows = Infinity,
): AsyncGenerator<readonly LegacyRow[]> {
  await Promise.resolve();
  const from = chunk.kind === 'key' ? Number(chunk.after?.[0] ?? 0) : 0;
  const to = chunk.kind === 'key' && chunk.upTo !== null ? Number(chunk.upTo[0]) : rows.length;
  for (let at = from; at < to; at += batchRows) yield rows.slice(at, Math.min(at + batchRows, to));
}
