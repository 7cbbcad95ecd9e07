import type { Emit, RunEvents } from '../../core/run/events';
import type { LegacySource } from '../../core/ports/legacy-source';
import type { EntityProgress } from '../../core/run/run-record';
import type { Target } from '../../core/ports/target';
import type { EntityJob } from '../jobs/entity-job';

export interface Planning {
  readonly source: LegacySource;
  readonly target: Target;
  readonly runId: string;
  readonly scn: string | null;
  /** Rows per chunk. */
  readonly batchSize: number;
  readonly emit: Emit;
  /** Aborted: entities that no earlier start has planned are left out. */
  readonly signal: AbortSignal;
}

/** What the plan of a run comes to. */
export interface PlannedRun {
  /** Rows to be read by the run, its earlier starts included. */
  readonly rows: number;
  /** Rows that earlier starts have rejected. */
  readonly rejected: number;
  /** Chunks that are still to be loaded. */
  readonly chunksLeft: number;
  /** By entity: rows that no start has loaded or rejected. */
  readonly rowsLeft: ReadonlyMap<string, number>;
}

/** Counts every entity at the snapshot and cuts it into chunks, once per run: what the ledger holds is not asked for again. */
export async function planChunks(planning: Planning, jobs: readonly EntityJob[]): Promise<PlannedRun> {
  const progress = await planning.target.ledger.progress(planning.runId);
  const rowsLeft = new Map<string, number>();
  let [rows, rejected, chunksLeft] = [0, 0, 0];
  for (const job of jobs) {
    const known = progress.find(({ entity }) => entity === job.entity);
    // What an earlier start has counted belongs to the reject limit, whatever happens now.
    if (planning.signal.aborted && known === undefined) continue;
    const planned = await planEntity(planning, job, known);
    rows += planned.rows;
    rejected += known?.tally.rejected ?? 0;
    chunksLeft += planned.chunks - planned.doneChunks;
    rowsLeft.set(job.entity, planned.rows - planned.doneRows);
  }
  return { rows, rejected, chunksLeft, rowsLeft };
}

async function planEntity(
  planning: Planning,
  job: EntityJob,
  known: EntityProgress | undefined,
): Promise<RunEvents['entity:planned']> {
  const { source, runId } = planning;
  const { ledger } = planning.target;
  const snapshot = { plan: job.read, scn: planning.scn };
  const rows = matchingRows(known, planning.scn) ?? (await countRows(planning, job));
  const stored = await ledger.findPlan(runId, job.entity);
  const plan =
    stored ?? (await ledger.savePlan(runId, job.entity, await source.planChunks(snapshot, planning.batchSize)));
  const planned = {
    entity: job.entity,
    rows,
    chunks: plan.chunks.length,
    doneChunks: known?.loadedChunks ?? 0,
    doneRows: known === undefined ? 0 : known.tally.read - known.tally.filtered,
  };
  planning.emit('entity:planned', planned);
  return planned;
}

/** As an earlier start of the run has counted them; null where none has, or what is left is read at another SCN. */
function matchingRows(known: EntityProgress | undefined, scn: string | null): number | null {
  if (known === undefined || known.tally.source === null) return null;
  if (known.loadedChunks < known.plannedChunks && known.countedAt !== scn) return null;
  return known.tally.source - known.tally.filtered;
}

async function countRows({ source, target, runId, scn }: Planning, { entity, read }: EntityJob): Promise<number> {
  const counts = await source.count({ plan: read, scn });
  await target.ledger.saveCounts(runId, entity, counts);
  return counts.matching;
}
