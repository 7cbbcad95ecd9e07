import type { ChunkStep } from '../../../src/core/run/events';
import { NO_HAZARDS } from '../../../src/core/run/hazards';
import { NOTHING_LIVING } from '../../../src/core/run/living';
import { sameTable } from '../../../src/core/mapping/table-name';
import type { TargetRow } from '../../../src/core/mapping/wire';
import type { PreparedChunk, ChunkResult } from '../../../src/core/run/outcomes';
import type { ChunkLoader, LoaderContext, LoadPlan, Probe, Target, TargetTable } from '../../../src/core/ports/target';
import type { NamedRelation } from '../../../src/core/ports/named-relation';
import type { RejectCount } from '../../../src/core/run/readiness';
import { memoryLedger, type MemoryLedger } from './memory-ledger';
import { memoryLoads } from './memory-loads';
import { memoryReader } from './memory-reader';
import { notInMemory } from './not-in-memory';

export interface MemoryTarget extends Target {
  readonly ledger: MemoryLedger;
  /** Rows of a table, in the order they were committed. */
  rowsOf(table: string): readonly TargetRow[];
}

/** The target as arrays, for unit tests; test/contract holds it to what PostgreSQL does. It has no constraint, trigger, sequence or foreign key. */
export function memoryTarget(tables: readonly TargetTable[] = []): MemoryTarget {
  const ledger = memoryLedger();
  const rows = new Map<string, TargetRow[]>();
  const columns = new Map<string, readonly string[]>();
  const loads = memoryLoads(ledger, rows);
  const rowsOf = (table: string): TargetRow[] => rows.get(table) ?? [];
  /** Null where one of the columns is null, or was not loaded. */
  const valuesOf = (table: string, names: readonly string[]): (string | null)[] => {
    const positions = names.map((name) => (columns.get(table) ?? []).indexOf(name));
    return rowsOf(table).map((row) => {
      const values = positions.map((position) => row[position] ?? null);
      return values.includes(null) ? null : JSON.stringify(values);
    });
  };
  const target: MemoryTarget = {
    ledger,
    rowsOf,
    facts: () => Promise.resolve({ identity: 'memory', version: '0', encoding: 'UTF8', local: true }),
    check: () => Promise.resolve([]),
    hazards: () => Promise.resolve(NO_HAZARDS),
    followingKeys: () => Promise.resolve([]),
    table: (name) => {
      const found = tables.find(({ table }) => sameTable(table, name));
      return Promise.resolve(
        found === undefined ? null : { ...found, empty: found.empty && rowsOf(name.name).length === 0 },
      );
    },
    relationsNamed: (names) => Promise.resolve(relationsNamed(tables, names)),
    currentSchema: () => Promise.resolve('public'),
    claimRun: () => Promise.resolve({ release: () => Promise.resolve() }),
    loader: (plan, context) =>
      Promise.resolve(
        memoryLoader(ledger, { plan, context }, (added) => {
          rows.set(plan.table.name, [...rowsOf(plan.table.name), ...added]);
          columns.set(plan.table.name, plan.columns);
          loads.note(context.runId, plan, added);
        }),
      ),
    setForeignKeysAside: () => Promise.resolve(),
    restoreForeignKeys: () => Promise.resolve([]),
    setObjectsAside: () => Promise.resolve([]),
    restoreObjects: () => Promise.resolve(),
    restoreLiving: () => Promise.resolve(NOTHING_LIVING),
    advanceSequences: () => Promise.resolve([]),
    shortSequences: () => Promise.resolve([]),
    refuseOtherTables: () => Promise.resolve(),
    behindSequences: () => Promise.resolve([]),
    resetPlan: (order) => Promise.resolve(order).then((ordered) => loads.plan(ordered)),
    reset: (order, emit) => Promise.resolve(order).then((ordered) => loads.reset(ordered, emit)),
    count: ({ name }) => Promise.resolve(rowsOf(name).length),
    countOrphans: ({ name }, { columns: referring, parent, parentColumns }) => {
      const keys = new Set(valuesOf(parent.name, parentColumns));
      return Promise.resolve(valuesOf(name, referring).filter((key) => key !== null && !keys.has(key)).length);
    },
    ...notInMemory<Target>()('rejectLoader', 'repair', 'checksums', 'lookUp', 'shadow'),
    moment: () => Promise.resolve('1:1:'),
    removeRehearsals: () => Promise.resolve([]),
    standing: () => Promise.resolve({ operator: null, aside: [], rehearsals: [] }),
    reader: (request) => Promise.resolve(memoryReader(request, rowsOf(request.table.name))),
    forLanes: () => ({ place: { ledgerSchema: 'cutover', copies: null }, assureClaim: () => Promise.resolve() }),
    probe: () => Promise.resolve(memoryProbe(tables)),
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
        inserted: chunk.rows.length,
        updated: 0,
        skipped: 0,
        rejected: chunk.rejects.length,
        checksum: '0'.repeat(16),
      };
      append(chunk.rows);
      ledger.record({ runId: context.runId, table: plan.table }, chunk, result);
      step(chunk, 'committed');
      return Promise.resolve(result);
    },
    close: () => Promise.resolve(),
  };
}

/** Another target, so that this one stays as it is. */
function memoryProbe(tables: readonly TargetTable[]): Probe {
  const target = memoryTarget(tables);
  const rejects = async (runId: string): Promise<RejectCount[]> => {
    const counts = new Map<string, RejectCount>();
    for await (const { entity, stage, property, reason, sqlState, key, rowid } of target.ledger.rejects(runId)) {
      const id = JSON.stringify([entity, stage, property, reason, sqlState]);
      const known = counts.get(id);
      const samples = [...(known?.samples ?? []), { key, rowid }].slice(0, 5);
      counts.set(id, { entity, stage, property, reason, sqlState, count: (known?.count ?? 0) + 1, samples });
    }
    return [...counts.values()];
  };
  return { target, rejects, close: () => Promise.resolve() };
}

function relationsNamed(tables: readonly TargetTable[], names: readonly string[]): NamedRelation[] {
  const named = tables.filter(({ table }) => names.includes(table.name));
  return named.map(({ table }) => ({ table, kind: 'table', place: 1 }));
}
