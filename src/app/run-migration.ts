import type { TablePlaces } from '../core/checks/table-places';
import { checkMapping } from '../core/checks/contract-checks';
import type { Clock } from '../core/clock';
import { MigrationError } from '../core/errors';
import type { Emit, RunEvents } from '../core/run/events';
import { knownRun } from './known-run';
import { closingAfter } from './closing-after';
import { conflictTally, forecastDuration, type ConflictTally, type Forecast } from '../core/run/forecast';
import { hasErrors, type Issue } from '../core/issues';
import { completeOptions, DEFAULT_LOAD, type LoadOptions, type LoadRequest } from '../core/run/options';
import type { EntityVerdict, RunOutcome } from '../core/run/outcomes';
import type { ChangeCount } from '../core/ports/ledger';
import type { Target } from '../core/ports/target';
import type { SourceAccount } from '../core/run/source-accounts';
import type { SourceSurvey } from '../core/sources/survey-sources';
import { tablesOf, type EntityJob } from '../migrate/jobs/entity-job';
import type { OpenLanes } from '../migrate/load/lane';
import { migrate, type MigrationOptions } from '../migrate/run/migrate';
import { NEVER_KILLED } from '../migrate/run/way-out';
import { persistentPorts } from '../migrate/run/persistent';
import { besideOperator } from '../core/run/standing';
import type { Guards } from '../migrate/preflight/guards';
import { refuseUnfinished } from '../migrate/run/open-run';
import { askedOnce } from '../migrate/preflight/asked-once';
import { preflight } from '../migrate/preflight/preflight';
import { openSpillFile } from '../files/spill-file';
import { withDatabases, type Databases, type Project } from './project/databases';
import { withLiveKeys } from '../migrate/jobs/live-jobs';
import { entityJobs, type JobSelection } from './project/entity-jobs';
import { needSessionsForLanes } from './project/lane-count';
import { lanesOf } from './lane-threads/open-lanes';
import { machineIssues } from './machine-issues';
import { resetFirst, unfinishedRun } from './restart-first';
import { guardsOf, type AllowanceRequest } from './run-guards';
import { starterHere, zoneDataHere } from './project/starter-here';
import { tellRemoved } from './rehearsals-removed';
import { preflightFailed } from './preflight-failed';
import type { PlacedSelection } from './project/placed-tables';
import { isWaitingAs, waitingAs, waitsGiven, waitsOf, type Waits } from './project/wait-limits';
import { keptOrPlaced } from './kept-selection';
import { loadCommand } from '../core/run/load-command';
import { partOfProject } from '../core/run/part-of-project';
import { surveyProject } from './project/survey';
import { systemClock } from './project/system-clock';
import { verdictsAfter } from './verdicts-after';
import type { Ui } from './ui';
import { randomBytes } from 'node:crypto';

export interface MigrationRequest extends JobSelection, AllowanceRequest, LoadRequest {
  /** `unfinished`: where the latest run is unfinished it is reset first. */
  readonly restart: 'no' | 'unfinished';
  /** `rehearse` loads into a shadow schema that is dropped at the end; `check-only` ends after the pre-flight. */
  readonly mode: 'load' | 'rehearse' | 'check-only';
}

/** What a migration is unless told otherwise; the command line, the library and the demo start from it. */
export const DEFAULT_MIGRATION: MigrationRequest = {
  resume: DEFAULT_LOAD.resume,
  entities: [],
  where: {},
  restart: 'no',
  mode: 'load',
};

export interface MigrationResult {
  readonly issues: readonly Issue[];
  /** Null after `check-only`. */
  readonly outcome: RunOutcome | null;
  /** The rows of the legacy tables, each counted once; empty before they were counted. */
  readonly sources: readonly SourceAccount[];
  /** What the validation found against the run as a whole; empty unless validated. */
  readonly runIssues: readonly Issue[];
  /** Empty unless validated. */
  readonly verdicts: readonly EntityVerdict[];
  readonly changes: readonly ChangeCount[];
  /** What a rehearsal says about the real run; absent of anything else. */
  readonly forecast?: Forecast;
}

/** What a migration speaks through; `afterRun` and then `afterProof` meet the ledger while it is still there (a rehearsal's is dropped). */
export type MigrationUi = Pick<Ui, 'emit' | 'signal' | 'confirm' | 'beforeKilled' | 'keepLog'> & {
  readonly afterRun?: (target: Target, runId: string) => Promise<void>;
  /** The run is validated too, where that was asked for. */
  readonly afterProof?: (target: Target, runId: string) => Promise<void>;
};

/**
 * The main job over a project: pre-flight, confirmation, load, validation. Throws PREFLIGHT_FAILED where the pre-flight finds
 * errors; failures of single entities are in the result.
 */
export async function runMigration(
  project: Project,
  asked: MigrationRequest,
  ui: MigrationUi,
): Promise<MigrationResult> {
  // Said before a database is asked; those that a run has kept are known only then.
  if (asked.lanes !== undefined) needSessionsForLanes(asked.lanes, project.source);
  const result = await withDatabases(project, (databases) => migrateOver(project, databases, { asked, ui }));
  return 'issues' in result ? result : runMigration(waitingAs(project, result), asked, ui);
}

/** Another wait than that of the project's sessions, where the run to resume has kept one: they are to be opened with it. */
async function migrateOver(
  project: Project,
  databases: Databases,
  { asked, ui }: { readonly asked: MigrationRequest; readonly ui: MigrationUi },
): Promise<MigrationResult | Waits> {
  tellRemoved(await databases.target.removeRehearsals(), ui);
  const lastSeen = (await databases.target.ledger.findRun())?.id ?? null;
  const { selection, places, begun } = await keptOrPlaced(project, databases.target, { request: asked, ui });
  const request = completeOptions({ ...waitsGiven(project), ...asked }, begun);
  if (!isWaitingAs(project, request)) return waitsOf(request);
  needSessionsForLanes(request.lanes, project.source);
  const declared = entityJobs(project, selection);
  const unfinished = await unfinishedRun(databases.target, request, ui);
  if (request.mode === 'load') await refuseEarly(databases.target, { jobs: declared, request, unfinished });
  const { survey, issues: surveyed } = await surveyProject(project, selection, databases.source);
  // From here on: lanes of a killed run, which may still have been committing, were waited for above.
  const looked = askedOnce(databases);
  const jobs = await withLiveKeys(declared, looked.target);
  const left = [...surveyed, ...(await machineIssues(jobs, { ...project, ...looked, load: request, begun }))];
  const guards = guardsOf(project, asked, begun);
  const issues = await checkFirst(jobs, looked, { request, ui, unfinished, guards, places, begun, left });
  if (request.mode === 'check-only') return { issues, outcome: null, ...NOTHING_FOUND };
  if (hasErrors(issues)) throw await preflightFailed(issues, { request, begun, ...databases });
  if (ui.signal.aborted) throw interruptedEarly();
  const openLanes = lanesOf(project, selection, request.lanes);
  const doing = { request, ui, issues, project, selection, openLanes, lastSeen, survey, left, guards, places };
  if (request.mode === 'rehearse') return rehearse(jobs, databases, doing);
  const ready = unfinished === null ? doing : await restarted(jobs, databases, { ...doing, unfinished });
  await confirmLoad(databases.target, ready);
  return load(jobs, databases, ready);
}

const NOTHING_FOUND = { verdicts: [], changes: [], sources: [], runIssues: [] };

interface Doing {
  readonly survey: SourceSurvey;
  /** What the survey has found, and the look at the machine. */
  readonly left: readonly Issue[];
  readonly lastSeen: string | null;
  readonly project: Project;
  readonly selection: JobSelection;
  readonly openLanes: OpenLanes;
  readonly places: TablePlaces;
  readonly request: Omit<MigrationRequest, keyof LoadOptions> & LoadOptions;
  readonly ui: MigrationUi;
  readonly issues: readonly Issue[];
  readonly guards: Guards;
}

/** What would refuse the run after the pre-flight, asked before its advice: that would be about rows which are not the operator's to judge. */
async function refuseEarly(
  target: Target,
  { jobs, request, unfinished }: Pick<Doing, 'request'> & { jobs: readonly EntityJob[]; unfinished: string | null },
): Promise<void> {
  const claim = await target.claimRun('look');
  await claim.release();
  if (request.resume === 'no') await refuseUnfinished(target, tablesOf(jobs), unfinished);
}

async function checkFirst(
  jobs: readonly EntityJob[],
  databases: Databases,
  {
    request,
    ui,
    unfinished,
    guards,
    places,
    begun,
    left,
  }: Pick<Doing, 'request' | 'ui' | 'guards' | 'places' | 'left'> &
    Pick<PlacedSelection, 'begun'> & { readonly unfinished: string | null },
): Promise<Issue[]> {
  const since = begun === null ? [] : knownRun(begun, jobs).issues;
  const found = [...(await preflight(jobs, { ...databases, checkMapping, places }, guards)), ...left, ...since];
  const expected = request.resume === 'no' && unfinished === null ? [] : ['TARGET_NOT_EMPTY'];
  // A real load shuts others out, or is shut out by them.
  const operator = request.mode === 'load' ? null : (await databases.target.standing()).operator;
  const issues = besideOperator(
    found.filter(({ code }) => !expected.includes(code)),
    operator,
  );
  // A check's issues are its result, not news on the way to one.
  if (request.mode !== 'check-only') for (const issue of issues) ui.emit('issue', issue);
  return issues;
}

/** With the findings as they are once the unfinished run is taken back. */
async function restarted(
  jobs: readonly EntityJob[],
  databases: Databases,
  { unfinished, ...doing }: Doing & { readonly unfinished: string },
): Promise<Doing> {
  const { ui, issues: told, left, guards, places } = doing;
  const check = async (): Promise<Issue[]> => {
    return [...(await preflight(jobs, { ...databases, checkMapping, places }, guards)), ...left];
  };
  const issues = await resetFirst({ runId: unfinished, target: databases.target, ui, check, told });
  if (hasErrors(issues)) throw await preflightFailed(issues, { request: doing.request, begun: null, ...databases });
  return { ...doing, issues };
}

async function confirmLoad(target: Target, { request, issues, ui }: Doing): Promise<void> {
  const { identity, local } = await target.facts();
  const filled = issues.filter(({ code }) => code === 'TARGET_NOT_EMPTY').map(({ subject }) => subject);
  if (local && filled.length === 0) return;
  const fate = request.onConflict === 'update' ? ', and overwrite those with the same key' : '';
  const rows = filled.length > 0 ? `, whose tables of ${filled.join(', ')} already have rows${fate}` : '';
  await ui.confirm(`Migrate into ${identity}${rows}?`);
}

async function rehearse(jobs: readonly EntityJob[], databases: Databases, doing: Doing): Promise<MigrationResult> {
  const shadow = await databases.target.shadow(tablesOf(jobs));
  const rehearsed = async (): Promise<MigrationResult> => {
    tellRemoved(shadow.removed, doing.ui);
    const conflicts = conflictTally();
    const emit = noting(conflicts, doing.ui.emit);
    const result = await load(jobs, { ...databases, target: shadow.target }, { ...doing, ui: { ...doing.ui, emit } });
    const { operator } = await databases.target.standing();
    const wasAlone = operator === null && !doing.issues.some(({ code }) => code === 'TARGET_BUSY');
    return { ...result, forecast: await forecastOf(result, shadow.target, wasAlone ? conflicts.conflicts() : []) };
  };
  return closingAfter(rehearsed, () => shadow.drop());
}

function noting({ add }: ConflictTally, emit: Emit): Emit {
  return (name, facts) => {
    if (name === 'chunk:conflicts') {
      const { entity, chunk, conflicts } = facts as RunEvents['chunk:conflicts'];
      add(entity, chunk, conflicts);
    }
    emit(name, facts);
  };
}

async function forecastOf(
  { outcome, sources }: MigrationResult,
  { ledger }: Target,
  conflicts: Forecast['conflicts'],
): Promise<Forecast> {
  const run = outcome === null ? null : await ledger.findRun(outcome.runId);
  if (outcome === null || run === null) return { conflicts, duration: null };
  const { chunks } = await ledger.trail(run.id);
  const command = loadCommand(run, partOfProject(Object.keys(run.fingerprints), sources));
  return { conflicts, duration: forecastDuration(outcome, chunks), command };
}

async function load(
  jobs: readonly EntityJob[],
  databases: Databases,
  { request, ui, issues, project, selection, openLanes, lastSeen, guards, survey }: Doing,
): Promise<MigrationResult> {
  const clock: Clock = systemClock();
  const { where, schemas = {} } = selection;
  const options: MigrationOptions = {
    ...request,
    mode: request.mode === 'rehearse' ? 'rehearse' : 'load',
    newRunId: newRunId(clock.now()),
    startedWith: { where, schemas, zoneData: zoneDataHere() },
    allowed: guards.allowed,
    // A rehearsal has a ledger of its own.
    lastSeen: request.mode === 'rehearse' ? null : { runId: lastSeen },
    starter: { ...starterHere(), findings: issues },
    survey,
  };
  const ports = {
    ...databases,
    ...{ clock, emit: ui.emit, signal: ui.signal, openSpill: openSpillFile, openLanes },
    // What a rehearsal has set aside is that of its copies.
    beforeKilled: (request.mode === 'load' ? ui.beforeKilled : undefined) ?? NEVER_KILLED,
  };
  const outcome = await migrate(jobs, ports, options);
  const { source, target } = persistentPorts(ports, options);
  await ui.afterRun?.(target, outcome.runId);
  const changes = await target.ledger.changes(outcome.runId);
  const found = await verdictsAfter(
    jobs,
    { source, target },
    { project, validate: request.validate, outcome, emit: ui.emit },
  );
  const sources = (await target.ledger.sources(outcome.runId)) ?? [];
  await ui.afterProof?.(target, outcome.runId);
  return { issues, outcome, changes, sources, ...found };
}

function interruptedEarly(): MigrationError {
  return new MigrationError('INTERRUPTED', 'interrupted before the load began', {
    hint: 'Nothing was changed. Run it again.',
  });
}

/** A name for a run that sorts by its start (UTC) and is unique: `20261120-221500-3fa9`. */
function newRunId(now: Date): string {
  const digits = now.toISOString().replace(/[-:]|\..*/g, '');
  return `${digits.replace('T', '-')}-${randomBytes(2).toString('hex')}`;
}
