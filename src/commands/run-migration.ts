import { checkMapping } from '../core/contract-checks';
import type { Clock } from '../core/clock';
import { MigrationError } from '../core/errors';
import { hasErrors, type Issue } from '../core/issues';
import type { EntityVerdict, RunOutcome } from '../core/outcomes';
import type { ChangeCount } from '../core/ports/ledger';
import type { Target } from '../core/ports/target';
import type { EntityJob } from '../migrate/entity-job';
import { migrate, type MigrationOptions } from '../migrate/migrate';
import { resumableRun } from '../migrate/open-run';
import { preflight } from '../migrate/preflight';
import { counted } from '../report/table';
import { withDatabases, type Databases, type Project } from './databases';
import { entityJobs, type JobSelection } from './entity-jobs';
import { laneCount } from './lane-count';
import { newRunId } from './run-id';
import { selectionOfRun, settingsOfRun } from './run-settings';
import { validateJobs } from './run-validation';
import { systemClock } from './system-clock';
import type { Ui } from './ui';

export interface MigrationRequest extends JobSelection {
  /** Rows per chunk. */
  readonly batchSize: number;
  /** Chunks loaded at the same time, from 1 (where absent) to 8. */
  readonly lanes?: number;
  readonly resume: MigrationOptions['resume'];
  readonly snapshot: MigrationOptions['snapshot'];
  readonly rejectLimit: MigrationOptions['rejectLimit'];
  /** `rehearse` loads into a shadow schema that is dropped at the end; `check-only` ends after the pre-flight. */
  readonly mode: 'load' | 'rehearse' | 'check-only';
  readonly validate: 'after' | 'no';
}

/** What a migration is unless told otherwise; the command line, the library and the demo start from it. */
export const DEFAULT_MIGRATION: MigrationRequest = {
  entities: [],
  where: {},
  batchSize: 20_000,
  lanes: 1,
  resume: 'no',
  snapshot: 'scn',
  rejectLimit: { kind: 'percent', percent: 1 },
  mode: 'load',
  validate: 'after',
};

export interface MigrationResult {
  readonly issues: readonly Issue[];
  /** Null after `check-only`. */
  readonly outcome: RunOutcome | null;
  /** Empty unless validated. */
  readonly verdicts: readonly EntityVerdict[];
  readonly changes: readonly ChangeCount[];
}

/** What a migration speaks through; `afterRun` meets the ledger while it is still there (a rehearsal's is dropped). */
export type MigrationUi = Pick<Ui, 'emit' | 'signal' | 'confirm'> & {
  readonly afterRun?: (target: Target, runId: string) => Promise<void>;
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
  const request = { ...asked, lanes: laneCount(asked.lanes) };
  return withDatabases(project, async (databases) => {
    const jobs = entityJobs(project, await selectionFor(databases.target, request));
    const issues = await checkFirst(jobs, databases, { request, ui });
    if (request.mode === 'check-only') return { issues, outcome: null, verdicts: [], changes: [] };
    if (hasErrors(issues)) throw preflightFailed(issues);
    if (ui.signal.aborted) throw interruptedEarly();
    if (request.mode === 'rehearse') return rehearse(jobs, databases, { request, ui, issues });
    await confirmLoad(databases.target, issues, ui);
    return load(jobs, databases, { request, ui, issues });
  });
}

interface Doing {
  readonly request: MigrationRequest;
  readonly ui: MigrationUi;
  readonly issues: readonly Issue[];
}

/** A resumed run keeps the entities and conditions of its start, unless told otherwise (then the fingerprints will differ). */
async function selectionFor(target: Target, request: MigrationRequest): Promise<JobSelection> {
  if (request.resume === 'no') return request;
  // Said before the pre-flight asks for parents and mappings of a run that is not there.
  const run = await target.ledger.findRun(await resumableRun(target, request.resume.runId));
  if (run === null) return request;
  const { entities, where } = selectionOfRun(run, request.entities);
  return { entities, where: { ...where, ...request.where } };
}

async function checkFirst(
  jobs: readonly EntityJob[],
  databases: Databases,
  { request, ui }: Pick<Doing, 'request' | 'ui'>,
): Promise<Issue[]> {
  const found = await preflight(jobs, { ...databases, checkMapping });
  const expected = request.resume === 'no' ? [] : ['TARGET_NOT_EMPTY'];
  const issues = found.filter(({ code }) => !expected.includes(code));
  // A check's issues are its result, not news on the way to one.
  if (request.mode !== 'check-only') for (const issue of issues) ui.emit('issue', issue);
  return issues;
}

async function confirmLoad(target: Target, issues: readonly Issue[], ui: MigrationUi): Promise<void> {
  const { identity, local } = await target.facts();
  const filled = issues.filter(({ code }) => code === 'TARGET_NOT_EMPTY').map(({ subject }) => subject);
  if (local && filled.length === 0) return;
  const rows = filled.length > 0 ? `, whose tables of ${filled.join(', ')} already have rows` : '';
  await ui.confirm(`Migrate into ${identity}${rows}?`);
}

async function rehearse(jobs: readonly EntityJob[], databases: Databases, doing: Doing): Promise<MigrationResult> {
  const shadow = await databases.target.shadow(jobs.map(({ contract }) => contract.table));
  try {
    for (const schema of shadow.removed) {
      doing.ui.emit('notice', { message: `removed ${schema}, left behind by a rehearsal that was killed` });
    }
    return await load(jobs, { ...databases, target: shadow.target }, doing);
  } finally {
    await shadow.drop();
  }
}

async function load(
  jobs: readonly EntityJob[],
  databases: Databases,
  { request, ui, issues }: Doing,
): Promise<MigrationResult> {
  const clock: Clock = systemClock();
  const { target } = databases;
  const options = { ...request, settings: settingsOfRun(request), newRunId: newRunId(clock.now()) };
  const outcome = await migrate(jobs, { ...databases, clock, emit: ui.emit, signal: ui.signal }, options);
  await ui.afterRun?.(target, outcome.runId);
  const changes = await target.ledger.changes(outcome.runId);
  return { issues, outcome, changes, verdicts: await verdictsAfter(jobs, databases, { request, outcome }) };
}

async function verdictsAfter(
  jobs: readonly EntityJob[],
  databases: Databases,
  { request, outcome }: { readonly request: MigrationRequest; readonly outcome: RunOutcome },
): Promise<EntityVerdict[]> {
  const run = await databases.target.ledger.findRun(outcome.runId);
  const loaded = outcome.entities.every(({ state }) => state === 'complete');
  if (request.validate === 'no' || run === null || !loaded) return [];
  return validateJobs(jobs, databases, run);
}

function interruptedEarly(): MigrationError {
  return new MigrationError('INTERRUPTED', 'interrupted before the load began', {
    hint: 'Nothing was changed. Run it again.',
  });
}

function preflightFailed(issues: readonly Issue[]): MigrationError {
  const errors = issues.filter(({ level }) => level === 'error');
  const warnings = issues.filter(({ level }) => level === 'warning');
  const found = [
    counted(errors.length, 'error'),
    ...(warnings.length > 0 ? [counted(warnings.length, 'warning')] : []),
  ];
  return new MigrationError('PREFLIGHT_FAILED', `the pre-flight found ${found.join(' and ')}`, {
    hint: 'Correct the errors above; `cutover check` lists them again.',
    facts: { errors: errors.length, first: errors[0]?.code ?? null },
  });
}
