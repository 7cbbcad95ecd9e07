import type { Emit } from '../../../src/core/run/events';
import type { TargetRow } from '../../../src/core/mapping/wire';
import type { LoadPlan } from '../../../src/core/ports/target';
import {
  refuseLeft,
  type ResetOrder,
  type ResetOutcome,
  type ResetPlan,
  type ResetScope,
} from '../../../src/core/run/reset';
import type { MemoryLedger } from './memory-ledger';

interface Load {
  readonly runId: string;
  readonly entity: string;
  readonly table: string;
  readonly rows: readonly TargetRow[];
}

/** Which rows of the tables each run has loaded, and how they are taken back. */
interface MemoryLoads {
  note(runId: string, plan: LoadPlan, rows: readonly TargetRow[]): void;
  plan(order: ResetOrder): ResetPlan;
  reset(order: ResetOrder, emit: Emit): ResetOutcome;
}

/** Rows are told by themselves: one that was replaced in its table is not the run's any more. */
export function memoryLoads(ledger: MemoryLedger, tables: Map<string, TargetRow[]>): MemoryLoads {
  let loads: Load[] = [];
  const isMeant = (load: Load, runId: string, scope: ResetScope): boolean =>
    load.runId === runId && (scope === 'all' || scope.includes(load.entity));
  const plan = (order: ResetOrder): ResetPlan => {
    const { runId, scope } = order;
    const meant = loads.filter((load) => isMeant(load, runId, scope));
    const names = [...new Set(meant.map(({ entity }) => entity))];
    const entities = names.map((entity) => {
      const own = meant.filter((load) => load.entity === entity);
      const rows = own.flatMap((load) => load.rows);
      const table = own[0]?.table ?? entity;
      const removed = rows.filter((row) => tables.get(table)?.includes(row)).length;
      return { entity, table, removed, putBack: 0, left: rows.length - removed };
    });
    refuseLeft(order, entities, { overwrittenBy: [], state: ledger.stateOf(runId) });
    return { entities, gone: [], aside: 0, edited: [] };
  };
  return {
    note: (runId, { entity, table }, rows) => void loads.push({ runId, entity, table: table.name, rows }),
    plan,
    reset: (order, emit) => {
      const { runId, scope } = order;
      const planned = plan(order);
      emit('reset:step', { runId, at: 'checked' });
      for (const { table, rows } of loads.filter((load) => isMeant(load, runId, scope))) {
        tables.set(
          table,
          (tables.get(table) ?? []).filter((row) => !rows.includes(row)),
        );
      }
      loads = loads.filter((load) => !isMeant(load, runId, scope));
      ledger.forget(runId, scope);
      void ledger.setState(runId, scope === 'all' ? 'reset' : 'interrupted');
      emit('reset:step', { runId, at: 'done' });
      return { ...planned, notValid: [], sequences: [] };
    },
  };
}
