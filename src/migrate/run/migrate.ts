import { NOTHING_READ } from '../../core/run/account';
import type { Clock } from '../../core/clock';
import { MigrationError, type ErrorCode } from '../../core/errors';
import type { Emit } from '../../core/run/events';
import { together, type Allowances } from '../../core/run/hazards';
import type { EntityOutcome, RunOutcome } from '../../core/run/outcomes';
import type { LegacySource } from '../../core/ports/legacy-source';
import type { EntityProgress, RunRecord } from '../../core/run/run-record';
import type { OpenSpill } from '../../core/ports/spill';
import type { Target } from '../../core/ports/target';
import { allowedRejects } from '../../core/run/reject-limit';
import { conflictsOf } from '../../core/run/rows-before';
import { objectsAside } from '../../core/run/standing';
import { mostlyDuplicates } from '../../core/run/ways-on';
import type { SourceSurvey } from '../../core/sources/survey-sources';
import { accountForSources } from './account-sources';
import { batchSizeOf } from './batch-size';
import type { EntityEnd } from '../load/entity-desk';
import type { EntityJob, LoadJob } from '../jobs/entity-job';
import { claimToWrite } from '../../core/ports/claim-to-write';
import type { OpenLanes } from '../load/lane';
import { leaveTarget } from '../target/leave-target';
import { loadEntities } from '../load/load-entities';
import { endOf, noteStart, type Starter } from './note-start';
import { openRun, resumableRun, type OpeningRun } from './open-run';
import { persistentPorts } from './persistent';
import { planChunks } from './plan-chunks';
import { RejectGauge } from '../load/reject-gauge';
import { restoreTarget } from '../target/restore-target';
import { resumable } from './resumable';
import { setAside } from '../target/set-aside';
import { tallyingLobs } from '../load/tally-lobs';
import { wayOut, type BeforeKilled, type WayOut } from './way-out';

export interface MigrationPorts {
  readonly source: LegacySource;
  readonly target: Target;
  readonly clock: Clock;
  readonly emit: Emit;
  /** Aborted: stop after the chunk in hand. */
  readonly signal: AbortSignal;
  readonly openLanes: OpenLanes;
  /** Who ends the process at a second Ctrl-C lets the run bring back first what others live on. */
  readonly beforeKilled: BeforeKilled;
  /** Where long values of a chunk go that are too many for the memory. */
  readonly openSpill: OpenSpill;
}

export interface MigrationOptions extends OpeningRun {
  /** Id of the run if a new one is started. */
  readonly newRunId: string;
  /** A rehearsal leaves nothing that could be resumed. */
  readonly mode: 'load' | 'rehearse';
  /** For the evidence of the run. */
  readonly starter: Starter;
  /** What the project reads of its source, so that each row of it is accounted for once; null: it is not. */
  readonly survey: SourceSurvey | null;
}

/**
 * The main job: `jobs` in dependency order, each chunk loaded exactly once, foreign keys restored, every row accounted for in
 * the ledger. Failures of single entities are in the outcome; what keeps the run from starting is thrown.
 */
export async function migrate(
  jobs: readonly EntityJob[],
  given: MigrationPorts,
  options: MigrationOptions,
): Promise<RunOutcome> {
  const ports = persistentPorts(given, options);
  const runId = options.resume === 'no' ? options.newRunId : await resumableRun(ports.target, options.resume);
  // Before anything would be brought back to the wrong table.
  const claim = await claimToWrite(ports, runId);
  try {
    const run = await opened(jobs, ports, { ...options, runId, atOnce: given.target });
    ports.emit('run:started', { runId, scn: run.scn, resumed: options.resume !== 'no' });
    return await finish(jobs, ports, { run, options, atOnce: given.target });
  } finally {
    await claim.release();
  }
}

/** A killed start may have left something aside, and this one does not get to bring it back: it goes no further. */
async function opened(jobs: readonly EntityJob[], ports: RunPorts, opening: Opening): Promise<RunRecord> {
  try {
    return await openRun(jobs, ports, opening);
  } catch (error) {
    if (opening.resume !== 'no') await leaveTarget({ target: opening.atOnce, emit: ports.emit }, opening.runId);
    throw error;
  }
}

async function finish(jobs: readonly EntityJob[], ports: RunPorts, running: Running): Promise<RunOutcome> {
  const { run, options, atOnce } = running;
  const startedMs = ports.clock.elapsedMs();
  const way = wayOut({ target: atOnce, emit: ports.emit }, run.id);
  const release = ports.beforeKilled(() => way.killed());
  try {
    await noteStart(jobs, ports, { run, ...options });
    const { emit, read } = tallyingLobs(ports.emit);
    const finished = await carryOut(jobs, { ...ports, emit }, { ...running, way });
    const outcome = { ...finished, ...read(), seconds: (ports.clock.elapsedMs() - startedMs) / 1000 };
    const taken = outcome.entities.find(({ code }) => code === 'RUN_ACTIVE');
    if (taken !== undefined) throw claimTaken(taken);
    await ports.target.ledger.noteEnd(run.id, endOf(outcome));
    await ports.target.ledger.setState(run.id, outcome.state);
    // A state of the run tells whether its sequences were to be set.
    const ended = { ...outcome, behind: await ports.target.behindSequences(run.id) };
    ports.emit('run:finished', ended);
    return ended;
  } catch (error) {
    const code = error instanceof MigrationError ? error.code : 'INTERNAL';
    await leaveFailed({ target: atOnce, way }, run.id, code);
    ports.emit('run:failed', { runId: run.id, code });
    throw options.mode === 'rehearse' ? error : resumable(error, run.id);
  } finally {
    release();
  }
}

/** Its state is no longer ours to say, nor anything ours to bring back, where another operator has gone on with the run. */
async function leaveFailed(
  { target, way }: { readonly target: Target; readonly way: WayOut },
  runId: string,
  code: ErrorCode,
): Promise<void> {
  if (code === 'RUN_ACTIVE') return;
  await target.ledger.setState(runId, 'failed').catch(() => undefined);
  await way.leave();
}

/** Ports that wait for a database which is lost. */
type RunPorts = MigrationPorts & { readonly reconnectMs: number };

interface Running {
  readonly run: RunRecord;
  readonly options: MigrationOptions;
  /** The target without retries, for recording a failure after the retry budget is spent. */
  readonly atOnce: Target;
}

type Opening = MigrationOptions & { readonly runId: string; readonly atOnce: Target };

/** The jobs as they meet rows that were in their tables before the run. */
function meetingRows(jobs: readonly EntityJob[], { settings }: RunRecord): LoadJob[] {
  return jobs.map((job) => ({ ...job, load: { ...job.load, conflicts: conflictsOf(settings, job.entity) } }));
}

async function carryOut(
  jobs: readonly EntityJob[],
  ports: RunPorts,
  { run, options, atOnce, way }: Running & { readonly way: WayOut },
): Promise<Omit<RunOutcome, 'seconds'>> {
  const context = { ...ports, runId: run.id, scn: run.scn };
  const batchSize = batchSizeOf(run, options.batchSize, ports.emit);
  const planned = await planChunks({ ...context, batchSize }, jobs);
  if (options.survey !== null) await accountForSources(ports, run, options.survey);
  const allowed = allowedRejects(options.rejectLimit, planned.rows);
  const { chunksLeft } = planned;
  if (!ports.signal.aborted)
    await way.during(() =>
      setAside(ports, run, { jobs, chunksLeft, allowed: allowedBy(run, options), named: triggersNamed(options) }),
    );
  const { mode } = options;
  const gauge = new RejectGauge(allowed, planned.rejected, mode);
  const ends = await loadEntities({ ...context, gauge }, meetingRows(jobs, run), planned);
  const loaded = ends.every((end) => end.state === 'complete');
  const { orphans, failure } = loaded
    ? await way.during(() => restoreTarget(ports, run, { jobs, mode }))
    : { orphans: [], failure: null };
  const entities = await accounts({ ...ports, atOnce }, run.id, ends);
  const rejected = entities.reduce((sum, entity) => sum + entity.tally.rejected, 0);
  const state = failure !== null || (loaded && rejected > allowed) ? 'failed' : stateOf(ends);
  // What another operator has taken over is its own to bring back.
  if ((!loaded || failure !== null) && ends.every(({ code }) => code !== 'RUN_ACTIVE')) await way.leave();
  const rejects = { rejected, allowed };
  return {
    runId: run.id,
    state,
    scn: run.scn,
    entities,
    orphans,
    failure,
    rejects,
    ...(await leftOf(run, ports.target, rejects)),
  };
}

function allowedBy({ settings }: RunRecord, { allowed }: MigrationOptions): Allowances {
  return together(settings.allowed, allowed);
}

/** That fire, as the pre-flight of this start has said. */
function triggersNamed({ starter }: MigrationOptions): readonly string[] {
  return starter.findings.filter(({ code }) => code === 'TRIGGERS_FIRE').flatMap(({ objects = [] }) => objects);
}

/** What is to be known of a run that is not complete, to say how it goes on. */
async function leftOf(
  run: RunRecord,
  target: Target,
  { rejected, allowed }: RunOutcome['rejects'],
): Promise<Pick<RunOutcome, 'aside' | 'tooMany'>> {
  const aside = objectsAside((await target.standing()).aside, run.id);
  if (rejected <= allowed) return { aside };
  const { rejects } = await target.ledger.trail(run.id);
  return { aside, tooMany: mostlyDuplicates(run, rejects) ? 'duplicates' : 'others' };
}

/** The tallies come from the ledger after the orphans are settled, never from counters of this process. */
async function accounts(
  ports: RunPorts & Pick<Running, 'atOnce'>,
  runId: string,
  ends: readonly EntityEnd[],
): Promise<EntityOutcome[]> {
  const progress = await progressOf(ports, runId, ends);
  return ends.map((end) => {
    const { tally = NOTHING_READ, snapshots = [] } = progress.find(({ entity }) => entity === end.entity) ?? {};
    const outcome = { ...end, tally, snapshots };
    ports.emit('entity:finished', outcome);
    return outcome;
  });
}

/** A target that a lane has waited for in vain is not waited for again; without it there are no accounts to be had. */
async function progressOf(
  { target, atOnce }: Pick<RunPorts, 'target'> & Pick<Running, 'atOnce'>,
  runId: string,
  ends: readonly EntityEnd[],
): Promise<readonly EntityProgress[]> {
  const lost = ends.find(({ code }) => code === 'TARGET_UNREACHABLE');
  if (lost === undefined) return target.ledger.progress(runId);
  return atOnce.ledger.progress(runId).catch(() => {
    throw targetLost(lost);
  });
}

function targetLost({ entity }: EntityEnd): MigrationError {
  return new MigrationError('TARGET_UNREACHABLE', `the target was lost while ${entity} was loaded`, {
    hint: 'Check that the target server is up and reachable.',
    facts: { entity },
  });
}

/** The claim was lost in mid-run, and another operator has it: how the run ends is for that one to say. */
function claimTaken({ entity }: EntityEnd): MigrationError {
  return new MigrationError('RUN_ACTIVE', `another operator took this target over while ${entity} was loaded`, {
    hint: 'See what that one does with "cutover status"; each chunk that was loaded here stays loaded.',
    facts: { entity },
  });
}

function stateOf(ends: readonly EntityEnd[]): RunOutcome['state'] {
  if (ends.every((end) => end.state === 'complete')) return 'complete';
  return ends.some((end) => end.state === 'failed') ? 'failed' : 'interrupted';
}
