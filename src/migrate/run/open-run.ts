import { CHANGE_NAMES } from '../../core/run/change-names';
import type { Allowances } from '../../core/run/hazards';
import { NO_SETTINGS, type RunSettings } from '../../core/run/run-settings';
import { tablesOf, type EntityJob } from '../jobs/entity-job';
import { sameTable } from '../../core/mapping/table-name';
import { rowsLoaded } from '../../core/run/account';
import { DEFAULT_CONFLICT_POLICY } from '../../core/run/conflicts';
import { MigrationError } from '../../core/errors';
import type { Emit } from '../../core/run/events';
import { knownToday, laterFixes, type Fingerprinted } from '../../core/run/fingerprint-fixes';
import type { RunRecord, RunSetup } from '../../core/run/run-record';
import { keptOptions, type LoadOptions, type Resume } from '../../core/run/options';
import { replaceable, replacements } from '../../core/run/replaced-options';
import type { LegacySource } from '../../core/ports/legacy-source';
import type { TableName, Target } from '../../core/ports/target';
import { asideText, type RunAside } from '../../core/run/standing';

/** What a run is begun with. */
export interface OpeningRun extends LoadOptions {
  /** For the ledger: what else shapes a new run. */
  readonly startedWith: Pick<RunSettings, 'where' | 'schemas' | 'zoneData'>;
  /** What its operator takes upon himself; what a resumed run was started with is added. */
  readonly allowed: Allowances;
  /** A new run begins only where the target is still as it was seen; null where nobody looked. */
  readonly lastSeen: LastSeen | null;
}

interface OpeningPorts {
  readonly source: LegacySource;
  readonly target: Target;
  readonly emit: Emit;
}

/** The run that chunks are loaded for: a new one, at one SCN, or the one to be resumed. */
export async function openRun(
  jobs: readonly EntityJob[],
  ports: OpeningPorts,
  options: OpeningRun & { readonly runId: string },
): Promise<RunRecord> {
  const { source, target } = ports;
  const setup = {
    source: (await source.facts()).identity,
    target: (await target.facts()).identity,
    fingerprints: Object.fromEntries(jobs.map((job) => [job.entity, job.fingerprint])),
    settings: settingsAtStart(options),
  };
  if (options.resume !== 'no') {
    const run = await resumeRun(target, { ...setup, scn: null }, { runId: options.runId, jobs, options });
    await keepOptions(ports, run, options);
    return options.resume.snapshot === 'new' ? renewSnapshot(ports, run) : run;
  }
  // Before the count: what comes between the two is counted.
  const moment = await target.moment();
  const counted = { rowsBefore: await rowsInTarget(jobs, target), rowsBeforeAt: moment };
  const settings = { ...setup.settings, ...counted };
  const scn = options.snapshot === 'scn' ? await source.takeScn() : null;
  const { lastSeen, runId: id } = options;
  return startRun(target, { ...setup, settings, scn, id }, { tables: tablesOf(jobs), lastSeen });
}

/** What a resume has been given anew holds for later ones, too. */
async function keepOptions(
  { target, emit }: Pick<OpeningPorts, 'target' | 'emit'>,
  { id, settings }: RunRecord,
  options: OpeningRun,
): Promise<void> {
  const now = replaceable(options);
  const said = replacements(settings, now);
  if (said.length > 0) emit('notice', { message: `run ${id} goes on with ${said.join(', ')}` });
  await target.ledger.noteOptions(id, now);
}

function settingsAtStart(options: OpeningRun): RunSettings {
  const { batchSize, onConflict, allowed, startedWith } = options;
  const begun = { ...replaceable(options), batchSize, onConflict, allowed, changeNames: CHANGE_NAMES };
  return { ...NO_SETTINGS, ...startedWith, ...begun };
}

/** Counted by the one operator of the target: no earlier loader can still add to it. */
async function rowsInTarget(jobs: readonly EntityJob[], target: Target): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { entity, contract } of jobs) counts[entity] = await target.count(contract.table);
  return counts;
}

/** Id of the run to be resumed. Throws RUN_NOT_FOUND where none is unfinished. */
export async function resumableRun(target: Target, { runId }: Pick<Resume, 'runId'>): Promise<string> {
  const run = await target.ledger.findRun(runId ?? undefined);
  if (run === null) throw noRun(runId);
  if (run.state === 'complete') throw nothingToResume(run.id, (await target.standing()).aside);
  if (run.state === 'reset') throw wasReset(run.id);
  return run.id;
}

/** Continues a run: the same mappings, source and target, or an error that names both values. */
async function resumeRun(
  target: Target,
  setup: RunSetup,
  {
    runId,
    jobs,
    options,
  }: { readonly runId: string; readonly jobs: readonly Fingerprinted[]; readonly options: OpeningRun },
): Promise<RunRecord> {
  const saved = await target.ledger.findRun(runId);
  if (saved === null) throw noRun(runId);
  const { run } = knownToday(saved, jobs);
  // Another operator may have finished it, or taken it back, before this one was let in.
  if (run.state === 'complete') throw nothingToResume(run.id);
  if (run.state === 'reset') throw wasReset(run.id);
  compare('source', run.source, setup.source);
  compare('target', run.target, setup.target);
  compare('list of entities', namesIn(run.fingerprints), namesIn(setup.fingerprints));
  for (const [entity, fingerprint] of Object.entries(setup.fingerprints)) {
    compareMapping(run, entity, fingerprint);
  }
  // Where none is asked for, the run keeps its own.
  const policy = run.settings.onConflict ?? DEFAULT_CONFLICT_POLICY;
  compare('conflict policy', policy, setup.settings.onConflict ?? policy);
  compare('snapshot', keptOptions(run).snapshot, options.snapshot);
  await target.ledger.setState(run.id, 'running');
  return run;
}

/** A resumed run from here on at a new SCN. Throws USAGE where it was started without one. */
async function renewSnapshot(
  { source, target, emit }: { readonly source: LegacySource; readonly target: Target; readonly emit: Emit },
  { id, scn: before }: RunRecord,
): Promise<RunRecord> {
  if (before === null) throw noSnapshot(id);
  const run = await target.ledger.renewSnapshot(id, await source.takeScn());
  const message = `what is left is read at SCN ${run.scn ?? ''}; what was loaded so far is of SCN ${before} or earlier`;
  emit('notice', { message });
  return run;
}

/** What was seen of the target before a run. */
interface LastSeen {
  /** The latest run; null for none. */
  readonly runId: string | null;
}

/**
 * Starts a new run. Throws RUN_UNFINISHED where an
 * earlier one has loaded rows and never ended or still holds something aside, RUN_ACTIVE where one has begun since then.
 */
async function startRun(
  target: Target,
  setup: RunSetup & { readonly id: string },
  { tables, lastSeen }: { readonly tables: readonly TableName[]; readonly lastSeen: LastSeen | null },
): Promise<RunRecord> {
  const last = await target.ledger.findRun();
  if (lastSeen !== null && last !== null && last.id !== lastSeen.runId) throw begunMeanwhile(last);
  await refuseUnfinished(target, tables);
  return target.ledger.createRun(setup);
}

/**
 * Throws RUN_UNFINISHED where a new run must not begin: the latest one has loaded rows and never ended, or any of them holds aside what
 * belongs to other tables than `tables`, and so would not become the new run's to bring back. `but`: a run that is reset before.
 */
export async function refuseUnfinished(
  target: Target,
  tables: readonly TableName[],
  but: string | null = null,
): Promise<void> {
  const last = await target.ledger.findRun();
  if (last !== null && last.id !== but && last.state !== 'complete' && (await hasLoaded(target, last.id)))
    throw unfinished(last);
  const isTakenOver = (table: TableName): boolean => tables.some((own) => sameTable(own, table));
  const { aside } = await target.standing();
  const held = aside.find((other) => other.runId !== but && !other.tables.every(isTakenOver));
  if (held !== undefined) throw holdsAside(held);
}

/** Sorted: the ledger does not keep an order of names. */
function namesIn(fingerprints: RunSetup['fingerprints']): string {
  return Object.keys(fingerprints).sort().join(', ');
}

async function hasLoaded(target: Target, runId: string): Promise<boolean> {
  const progress = await target.ledger.progress(runId);
  return progress.some(({ tally }) => rowsLoaded(tally) > 0);
}

function compare(what: string, saved: string, current: string): void {
  if (saved !== current) throw stale({ what, saved, current });
}

function compareMapping(run: RunRecord, entity: string, current: string): void {
  const saved = run.fingerprints[entity] ?? 'none';
  if (saved !== current) throw stale({ what: `mapping of ${entity}`, saved, current }, laterFixes(run));
}

/** `because`: a sentence that explains it, with a blank before. */
function stale(
  facts: { readonly what: string; readonly saved: string; readonly current: string },
  because = '',
): MigrationError {
  const { what } = facts;
  return new MigrationError('CHECKPOINT_STALE', `the ${what} differs from the one the run was started with`, {
    hint: `Resume with the ${what} of the first start; a change needs a new run: "cutover migrate --restart" takes this one back first.${because}`,
    facts,
  });
}

function noSnapshot(runId: string): MigrationError {
  return new MigrationError('USAGE', `run ${runId} was started without a snapshot`, {
    hint: 'Resume it without --new-snapshot.',
  });
}

function noRun(runId: string | null): MigrationError {
  const which = runId === null ? 'no run' : `no run ${runId}`;
  return new MigrationError('RUN_NOT_FOUND', `${which} in the ledger of this target`, {
    hint: 'Start without --resume, or check that DATABASE_URL names the target of the first start.',
  });
}

function nothingToResume(runId: string, aside: readonly RunAside[] = []): MigrationError {
  const [held] = aside.filter((other) => other.runId !== runId);
  return new MigrationError('RUN_NOT_FOUND', `run ${runId} is complete: there is nothing to resume`, {
    hint:
      held === undefined
        ? `Run "cutover validate --run ${runId}" to check it again.`
        : `But run ${held.runId} still holds aside ${asideText(held)}: "cutover migrate --resume --run ${held.runId}" or "cutover reset --run ${held.runId}".`,
    facts: { runId },
  });
}

function wasReset(runId: string): MigrationError {
  return new MigrationError('RUN_NOT_FOUND', `run ${runId} was reset: nothing of it is left to resume`, {
    hint: 'Start a new run with "cutover migrate".',
    facts: { runId },
  });
}

function begunMeanwhile(run: RunRecord): MigrationError {
  return new MigrationError('RUN_ACTIVE', `run ${run.id} was begun on this target after it was looked at`, {
    hint: 'Look at what it has done (`cutover status`), then start again.',
    facts: { runId: run.id, state: run.state },
  });
}

function unfinished(run: RunRecord): MigrationError {
  return new MigrationError('RUN_UNFINISHED', `run ${run.id} has loaded rows and is not complete`, {
    hint: `Run "cutover migrate --resume --run ${run.id}" to finish it; to start over, "cutover migrate --restart", or "cutover reset --run ${run.id}".`,
    facts: { runId: run.id, state: run.state },
  });
}

function holdsAside(held: RunAside): MigrationError {
  const { runId, state } = held;
  const names = held.tables.map(({ name }) => name).join(', ');
  return new MigrationError('RUN_UNFINISHED', `run ${runId} still holds aside ${asideText(held)} of ${names}`, {
    hint: `Bring them back with "cutover migrate --resume --run ${runId}", or with "cutover reset --run ${runId}".`,
    facts: { runId, state },
  });
}
