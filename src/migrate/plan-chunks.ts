import type { Emit } from '../core/events';
import type { LegacySource } from '../core/ports/legacy-source';
import type { EntityProgress } from '../core/ports/ledger';
import type { Target } from '../core/ports/target';
import type { EntityJob } from './entity-job';

export interface Planning {
  readonly source: LegacySource;
  readonly target: Target;
  readonly runId: string;
  readonly scn: string | null;
  /** Rows per chunk. */
  readonly batchSize: number;
  readonly emit: Emit;
}

/** What the plan of a run comes to: rows to be read, and rows that earlier starts of it have rejected. */
export interface PlannedRows {
  readonly rows: number;
  readonly rejected: number;
}

/** Counts every entity at the snapshot and cuts it into chunks, once per run: a plan in the ledger is kept. */
export async function planChunks(planning: Planning, jobs: readonly EntityJob[]): Promise<PlannedRows> {
  const progress = await planning.target.ledger.progress(planning.runId);
  let rows = 0;
  let rejected = 0;
  for (const job of jobs) {
    const known = progress.find(({ entity }) => entity === job.entity);
    const done = { rows: doneRows(known), chunks: known?.loadedChunks ?? 0 };
    rows += await planEntity(planning, job, done);
    rejected += known?.tally.rejected ?? 0;
  }
  return { rows, rejected };
}

interface Done {
  readonly rows: number;
  readonly chunks: number;
}

function doneRows(known: EntityProgress | undefined): number {
  return known === undefined ? 0 : known.tally.loaded + known.tally.rejected;
}

async function planEntity(planning: Planning, job: EntityJob, done: Done): Promise<number> {
  const { source, runId, emit } = planning;
  const { ledger } = planning.target;
  const snapshot = { plan: job.read, scn: planning.scn };
  const counts = await source.count(snapshot);
  await ledger.saveCounts(runId, job.entity, counts);
  const stored = await ledger.findPlan(runId, job.entity);
  const plan =
    stored ?? (await ledger.savePlan(runId, job.entity, await source.planChunks(snapshot, planning.batchSize)));
  emit('entity:planned', {
    entity: job.entity,
    rows: counts.matching,
    chunks: plan.chunks.length,
    doneChunks: done.chunks,
    doneRows: done.rows,
  });
  return counts.matching;
}
