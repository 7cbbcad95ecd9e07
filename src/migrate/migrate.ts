import type { Clock } from '../core/clock';
import { MigrationError } from '../core/errors';
import type { Emit } from '../core/events';
import type { EntityOutcome, EntityTally, RunOutcome } from '../core/outcomes';
import type { LegacySource } from '../core/ports/legacy-source';
import type { RunRecord, RunSetup } from '../core/ports/ledger';
import type { Target } from '../core/ports/target';
import { withRowsBefore } from '../core/rows-before';
import type { EntityEnd } from './entity-desk';
import type { EntityJob } from './entity-job';
import { loadEntities } from './load-entities';
import { resumableRun, resumeRun, startRun } from './open-run';
import { planChunks } from './plan-chunks';
import { allowedRejects, RejectGauge, type RejectLimit } from './reject-limit';
import { restoreTarget } from './restore-target';
import { setAside } from './set-aside';

export interface MigrationPorts {
  readonly source: LegacySource;
  readonly target: Target;
  readonly clock: Clock;
  readonly emit: Emit;
  /** Aborted: stop after the chunk in hand. */
  readonly signal: AbortSignal;
}

export interface MigrationOptions {
  /** Id of the run if a new one is started. */
  readonly newRunId: string;
  readonly resume: 'no' | { readonly runId?: string };
  /** `none` reads what is current: no consistency between tables. */
  readonly snapshot: 'scn' | 'none';
  /** Rows per chunk. */
  readonly batchSize: number;
  readonly rejectLimit: RejectLimit;
  /** Chunks that are loaded at the same time, each over connections of its own; 1 where absent. */
  readonly lanes?: number;
  /** What else shaped the run, for the ledger; no secrets. */
  readonly settings: RunSetup['settings'];
}

/**
 * The main job: `jobs` in dependency order, each chunk loaded exactly once, foreign keys restored, every row accounted for in
 * the ledger. Failures of single entities are in the outcome; what keeps the run from starting is thrown.
 */
export async function migrate(
  jobs: readonly EntityJob[],
  ports: MigrationPorts,
  options: MigrationOptions,
): Promise<RunOutcome> {
  await ports.target.ledger.install();
  const runId = options.resume === 'no' ? options.newRunId : await resumableRun(ports.target, options.resume.runId);
  const claim = await ports.target.claimRun(runId);
  try {
    const run = await openRun(jobs, ports, { ...options, runId });
    ports.emit('run:started', { runId, scn: run.scn, resumed: options.resume !== 'no' });
    return await finish(jobs, ports, { run, options });
  } finally {
    await claim.release();
  }
}

async function finish(jobs: readonly EntityJob[], ports: MigrationPorts, running: Running): Promise<RunOutcome> {
  const { ledger } = ports.target;
  const startedMs = ports.clock.now().getTime();
  try {
    const finished = await carryOut(jobs, ports, running);
    const outcome = { ...finished, seconds: (ports.clock.now().getTime() - startedMs) / 1000 };
    await ledger.setState(running.run.id, outcome.state);
    ports.emit('run:finished', outcome);
    return outcome;
  } catch (error) {
    const runId = running.run.id;
    await ledger.setState(runId, 'failed').catch(() => undefined);
    ports.emit('run:failed', { runId, code: error instanceof MigrationError ? error.code : 'INTERNAL' });
    throw error;
  }
}

interface Running {
  readonly run: RunRecord;
  readonly options: MigrationOptions;
}

async function openRun(
  jobs: readonly EntityJob[],
  { source, target }: MigrationPorts,
  options: MigrationOptions & { readonly runId: string },
): Promise<RunRecord> {
  const setup = {
    source: (await source.facts()).identity,
    target: (await target.facts()).identity,
    fingerprints: Object.fromEntries(jobs.map((job) => [job.entity, job.fingerprint])),
    settings: options.settings,
  };
  if (options.resume !== 'no') return resumeRun(target, { ...setup, scn: null }, options.runId);
  const settings = withRowsBefore(options.settings, await rowsInTarget(jobs, target));
  const scn = options.snapshot === 'scn' ? await source.takeScn() : null;
  return startRun(target, { ...setup, settings, scn }, options.runId);
}

/** Counted by the one operator of the target: no earlier loader can still add to it. */
async function rowsInTarget(jobs: readonly EntityJob[], target: Target): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { entity, contract } of jobs) counts[entity] = await target.count(contract.table);
  return counts;
}

async function carryOut(
  jobs: readonly EntityJob[],
  ports: MigrationPorts,
  { run, options }: Running,
): Promise<Omit<RunOutcome, 'seconds'>> {
  const context = { ...ports, runId: run.id, scn: run.scn };
  const planned = await planChunks({ ...context, batchSize: options.batchSize }, jobs);
  const allowed = allowedRejects(options.rejectLimit, planned.rows);
  // Where nothing is left to load, what an earlier start has put back stays in place.
  if (planned.chunksLeft > 0 && !ports.signal.aborted) await setAside(ports, run.id, jobs);
  const gauge = new RejectGauge(allowed, planned.rejected);
  const ends = await loadEntities({ ...context, gauge }, jobs, options.lanes ?? 1);
  const loaded = ends.every((end) => end.state === 'complete');
  const orphans = loaded ? await restoreTarget(ports, run, jobs) : [];
  const entities = await accounts(ports, run.id, ends);
  const rejected = entities.reduce((sum, entity) => sum + entity.tally.rejected, 0);
  const state = loaded && rejected > allowed ? 'failed' : stateOf(ends);
  return { runId: run.id, state, scn: run.scn, entities, orphans, rejects: { rejected, allowed } };
}

/** The tallies come from the ledger after the orphans are settled, never from counters of this process. */
async function accounts(
  { target, emit }: MigrationPorts,
  runId: string,
  ends: readonly EntityEnd[],
): Promise<EntityOutcome[]> {
  const progress = await target.ledger.progress(runId);
  return ends.map((end) => {
    const tally = progress.find(({ entity }) => entity === end.entity)?.tally ?? NOTHING_READ;
    const outcome = { ...end, tally };
    emit('entity:finished', outcome);
    return outcome;
  });
}

const NOTHING_READ: EntityTally = {
  source: null,
  read: 0,
  loaded: 0,
  rejected: 0,
  filtered: 0,
  checksum: '0'.repeat(16),
};

function stateOf(ends: readonly EntityEnd[]): RunOutcome['state'] {
  if (ends.every((end) => end.state === 'complete')) return 'complete';
  return ends.some((end) => end.state === 'failed') ? 'failed' : 'interrupted';
}
