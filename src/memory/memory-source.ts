import type { LegacyRow } from '../core/mapping/wire';
import type { ChunkBounds, LegacySource, ReadPlan, SourceTable } from '../core/ports/legacy-source';

export interface MemoryTable {
  readonly table: SourceTable;
  /** Rows as the reader hands them over: `[rowid, …columns]` in the order of `table.columns`. */
  readonly rows: readonly LegacyRow[];
  /** Which rows meet the read plan's condition; all where absent. */
  readonly matches?: (row: LegacyRow) => boolean;
}

/** The legacy database as arrays: the twin of oracle/ for unit tests. Chunks are ranges of row numbers. */
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
    takeScn: () => Promise.resolve('1000'),
    planChunks: ({ plan }, rows) => Promise.resolve({ strategy: 'key', chunks: ranges(matching(plan).length, rows) }),
    read: ({ plan }, chunk) => readChunk(pick(matching(plan), plan, find(plan.source.name)?.table), chunk),
    count: ({ plan }) =>
      Promise.resolve({ matching: matching(plan).length, total: find(plan.source.name)?.rows.length ?? 0 }),
    countOrphans: () => Promise.resolve(0),
    close: () => Promise.resolve(),
  };
}

function ranges(total: number, rows: number): ChunkBounds[] {
  const count = Math.max(1, Math.ceil(total / rows));
  return Array.from({ length: count }, (_, index) => ({
    kind: 'key',
    after: index === 0 ? null : [String(index * rows)],
    upTo: index === count - 1 ? null : [String((index + 1) * rows)],
  }));
}

function pick(rows: readonly LegacyRow[], plan: ReadPlan, table: SourceTable | undefined): LegacyRow[] {
  const indexes = plan.columns.map(
    ({ name }) => 1 + (table?.columns ?? []).findIndex((column) => column.name === name),
  );
  return rows.map((row) => [row[0] ?? null, ...indexes.map((index) => row[index] ?? null)]);
}

async function* readChunk(rows: readonly LegacyRow[], chunk: ChunkBounds): AsyncGenerator<readonly LegacyRow[]> {
  await Promise.resolve();
  const from = chunk.kind === 'key' ? Number(chunk.after?.[0] ?? 0) : 0;
  const to = chunk.kind === 'key' && chunk.upTo !== null ? Number(chunk.upTo[0]) : rows.length;
  yield rows.slice(from, to);
}
