import type { ChunkStep } from '../core/events';
import type { TargetRow } from '../core/mapping/wire';
import type { PreparedChunk, ChunkResult } from '../core/outcomes';
import type { ChunkLoader, LoaderContext, LoadPlan, Target, TargetTable } from '../core/ports/target';
import { memoryLedger, type MemoryLedger } from './memory-ledger';

export interface MemoryTarget extends Target {
  readonly ledger: MemoryLedger;
  /** Rows of a table, in the order they were committed. */
  rowsOf(table: string): readonly TargetRow[];
}

/** The target as arrays: the twin of postgres/ for unit tests. It enforces no constraint. */
export function memoryTarget(tables: readonly TargetTable[] = []): MemoryTarget {
  const ledger = memoryLedger();
  const rows = new Map<string, TargetRow[]>();
  const rowsOf = (table: string): TargetRow[] => rows.get(table) ?? [];
  const target: MemoryTarget = {
    ledger,
    rowsOf,
    facts: () => Promise.resolve({ identity: 'memory', version: '0', encoding: 'UTF8', local: true }),
    check: () => Promise.resolve([]),
    table: ({ name }) => Promise.resolve(tables.find(({ table }) => table.name === name) ?? null),
    claimRun: () => Promise.resolve({ release: () => Promise.resolve() }),
    loader: (plan, context) =>
      Promise.resolve(
        memoryLoader(ledger, { plan, context }, (added) => {
          rows.set(plan.table.name, [...rowsOf(plan.table.name), ...added]);
        }),
      ),
    setForeignKeysAside: () => Promise.resolve(),
    restoreForeignKeys: () => Promise.resolve([]),
    setObjectsAside: () => Promise.resolve([]),
    restoreObjects: () => Promise.resolve(),
    advanceSequences: () => Promise.resolve([]),
    count: ({ name }) => Promise.resolve(rowsOf(name).length),
    countOrphans: () => Promise.resolve(0),
    shadow: () => Promise.resolve({ target: memoryTarget(tables), removed: [], drop: () => Promise.resolve() }),
    close: () => Promise.resolve(),
  };
  return target;
}

/** A step's listener that throws stands for a process that dies there: nothing before `committed` has any effect. */
function memoryLoader(
  ledger: MemoryLedger,
  { plan, context }: { readonly plan: LoadPlan; readonly context: LoaderContext },
  append: (rows: readonly TargetRow[]) => void,
): ChunkLoader {
  const step = (chunk: PreparedChunk, name: ChunkStep): void => {
    context.emit('chunk:step', { ...chunk.id, step: name });
  };
  return {
    load: (chunk): Promise<ChunkResult> => {
      step(chunk, 'before-fence');
      if (ledger.has(context.runId, { entity: plan.entity, chunk: chunk.id.chunk })) {
        return Promise.resolve({ kind: 'already-loaded' });
      }
      for (const name of ['fenced', 'mid-copy', 'copied'] as const) step(chunk, name);
      const result = {
        kind: 'loaded' as const,
        read: chunk.read,
        loaded: chunk.rows.length,
        rejected: chunk.rejects.length,
        checksum: '0'.repeat(16),
      };
      append(chunk.rows);
      ledger.record(context.runId, chunk, result);
      step(chunk, 'committed');
      return Promise.resolve(result);
    },
    close: () => Promise.resolve(),
  };
}
