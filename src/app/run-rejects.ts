import { allowedRejects } from '../core/run/reject-limit';
import type { RunTrail } from '../core/run/evidence';
import type { RunRecord, RunState } from '../core/run/run-record';
import type { Target } from '../core/ports/target';
import type { RejectCount } from '../core/run/readiness';
import { openSpillFile } from '../files/spill-file';
import { exportRejects } from '../files/rejects-export';
import { retryRejects, type RetryResult } from '../validate/rejects/retry-rejects';
import { withDatabases, withTarget, type Project, type TargetAt } from './project/databases';
import { withLiveKeys } from '../migrate/jobs/live-jobs';
import { entityJobs } from './project/entity-jobs';
import { allowedBy } from './run-guards';
import { knownRun } from './known-run';
import { comparisonSubject, noSuchRun } from './run-validation';
import { requireInRun, selectionOfRun } from './run-selection';
import type { Ui } from './ui';

/** Which rejects are meant. */
export interface RejectsRequest {
  /** Null: the latest run. */
  readonly runId: string | null;
  /** Empty: all. */
  readonly entities: readonly string[];
}

/** What a retry came to, and how the run stands after it. */
export type RetryOutcome = RetryResult & {
  readonly state: RunState;
  readonly scn: string | null;
  /** `entity.property` of references that the run has cleared for want of their parents. */
  readonly cleared: readonly string[];
};

/** The rejects of a run, summed by entity, stage, property and reason. Throws RUN_NOT_FOUND. */
export function listRejects(
  at: TargetAt,
  request: RejectsRequest,
): Promise<{ readonly runId: string; readonly rejects: readonly RejectCount[] }> {
  return withRun(at, request, async (target, { id }) => {
    const { rejects } = await target.ledger.trail(id);
    return { runId: id, rejects: rejects.filter(({ entity }) => isMeant(request, entity)) };
  });
}

/** Writes them with their legacy rows, a line each; how many. Throws RUN_NOT_FOUND, FILE_NOT_WRITABLE. */
export function writeRejects(
  at: TargetAt,
  request: RejectsRequest,
  path: string,
): Promise<{ readonly runId: string; readonly rejects: number }> {
  return withRun(at, request, async (target, { id }) => {
    return { runId: id, rejects: await exportRejects(path, id, meant(target.ledger.rejects(id), request)) };
  });
}

/** Tries rejected rows again by the mappings as they are now. Throws RUN_NOT_FOUND, and what `retryRejects` throws. */
export function runRetry(
  project: Project,
  request: RejectsRequest,
  ui: Pick<Ui, 'emit' | 'signal' | 'confirm' | 'keepLog'>,
): Promise<RetryOutcome> {
  return withDatabases(project, async (databases) => {
    const run = await runOf(databases.target, request);
    ui.keepLog?.();
    requireInRun(run, request.entities);
    const jobs = await withLiveKeys(entityJobs(project, selectionOfRun(run, request.entities)), databases.target);
    const known = knownRun(run, jobs);
    for (const issue of known.issues) ui.emit('issue', issue);
    const ports = { ...databases, ...ui, ...allowedBy(project), openSpill: openSpillFile };
    const result = await retryRejects(jobs.map(comparisonSubject), ports, known.run);
    const cleared = clearedReferences(await databases.target.ledger.trail(run.id));
    return { ...result, state: await settledState(databases.target, run), scn: run.scn, cleared };
  });
}

function clearedReferences({ starts }: RunTrail): string[] {
  const settled = starts.flatMap(({ end }) => end?.orphans ?? []);
  const cleared = settled.filter(({ policy, orphans }) => policy === 'null' && orphans > 0);
  return [...new Set(cleared.map(({ entity, property }) => `${entity}.${property}`))];
}

/** A run that had failed for its rejects alone is complete when they are within its limit. */
async function settledState({ ledger }: Target, run: RunRecord): Promise<RunState> {
  const limit = run.settings.rejectLimit;
  if (run.state !== 'failed' || limit === null) return run.state;
  const end = (await ledger.trail(run.id)).starts.at(-1)?.end ?? null;
  if (end === null || (end.failure ?? null) !== null) return run.state;
  const tallies = (await ledger.progress(run.id)).map(({ tally }) => tally);
  const sum = (read: (tally: (typeof tallies)[number]) => number): number =>
    tallies.reduce((total, tally) => total + read(tally), 0);
  const allowed = allowedRejects(
    limit,
    sum(({ read, filtered }) => read - filtered),
  );
  if (sum(({ rejected }) => rejected) > allowed) return run.state;
  await ledger.setState(run.id, 'complete');
  return 'complete';
}

function withRun<T>(
  at: TargetAt,
  request: RejectsRequest,
  work: (target: Target, run: RunRecord) => Promise<T>,
): Promise<T> {
  return withTarget(at, async (target) => {
    const run = await runOf(target, request);
    requireInRun(run, request.entities);
    return work(target, run);
  });
}

async function runOf({ ledger }: Target, { runId }: RejectsRequest): Promise<RunRecord> {
  const run = await ledger.findRun(runId ?? undefined);
  if (run === null) throw noSuchRun(runId);
  return run;
}

function isMeant({ entities }: RejectsRequest, entity: string): boolean {
  return entities.length === 0 || entities.includes(entity);
}

async function* meant<T extends { readonly entity: string }>(
  rejects: AsyncIterable<T>,
  request: RejectsRequest,
): AsyncGenerator<T> {
  for await (const reject of rejects) if (isMeant(request, reject.entity)) yield reject;
}
