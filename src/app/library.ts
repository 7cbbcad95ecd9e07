import type { Issue } from '../core/issues';
import { withDefaults } from '../core/run/options';
import type { Emit } from '../core/run/events';
import type { Project } from './project/databases';
import { runCheck, type CheckRequest } from './run-check';
import { DEFAULT_MIGRATION, runMigration, type MigrationRequest, type MigrationResult } from './run-migration';
import { runReport, writeReport } from './run-report';
import { listRejects, runRetry, type RejectsRequest, type RetryOutcome } from './run-rejects';
import { runRepair, type RepairOutcome } from './run-repair';
import { readDifferences } from '../files/read-differences';
import { listRuns, runDropLedger, runReset } from './run-reset';
import { DEFAULT_PLAN, runPlan, type PlanRequest } from './run-plan';
import { DEFAULT_SCAN, runScan, type ScanRequest, type ScanResult } from './run-scan';
import { tellBy } from './tell';
import { runStatus, type RunStatus } from './run-status';
import { runValidation, type ValidationRequest, type ValidationResult } from './run-validation';
import type { ResetRequest, ResetResult } from '../migrate/target/reset';
import type { RejectCount } from '../core/run/readiness';
import type { ListedRun } from '../report/screen/ledger';
import type { RunReport } from '../report/evidence/run-report';
import type { PlannedEntity } from '../report/screen/plan';

const ALL_REJECTS: RejectsRequest = { runId: null, entities: [] };

/** What a program that migrates may listen to and decide. All may be left out. */
export interface MigrationHooks {
  readonly emit?: Emit;
  /** Aborted: stop after the chunk in hand; the result is `interrupted` and can be resumed. */
  readonly signal?: AbortSignal;
  /** Asked before loading into a target that is not local or not empty; throw to refuse. Agrees where absent. */
  readonly confirm?: (question: string) => Promise<void>;
}

/** `cutover check` as a function: every finding, nothing changed. */
export function check(project: Project, request: Partial<CheckRequest> = {}): Promise<Issue[]> {
  return runCheck(project, withDefaults<CheckRequest>({ entities: [], scope: 'everything' }, request));
}

/** `cutover check --data` as a function: what a migration would load and reject, by reading the data; nothing changed. */
export function scan(
  project: Project,
  request: Partial<ScanRequest> = {},
  hooks: Pick<MigrationHooks, 'emit' | 'signal'> = {},
): Promise<ScanResult> {
  const emit = hooks.emit ?? (() => undefined);
  const signal = hooks.signal ?? new AbortController().signal;
  return runScan(heardBy(project, emit), withDefaults(DEFAULT_SCAN, request), { emit, signal });
}

/** `cutover plan` as a function: the entities in loading order, counted in the source as it is now. */
export function plan(project: Project, request: Partial<PlanRequest> = {}): Promise<PlannedEntity[]> {
  return runPlan(project, withDefaults(DEFAULT_PLAN, request));
}

/**
 * `cutover migrate --validate` as a function. Rejects with MigrationError (PREFLIGHT_FAILED, RUN_UNFINISHED, …); failures of
 * single entities are in the result's outcome.
 */
export function migrate(
  project: Project,
  request: Partial<MigrationRequest> = {},
  hooks: MigrationHooks = {},
): Promise<MigrationResult> {
  return runMigration(heardBy(project, hooks.emit), withDefaults(DEFAULT_MIGRATION, request), heard(hooks));
}

/** `cutover validate` as a function: counts at the run's SCN, the accounting, orphans. */
export function validate(project: Project, request: Partial<ValidationRequest> = {}): Promise<ValidationResult> {
  return runValidation(project, withDefaults<ValidationRequest>({ entities: [], runId: null }, request));
}

/** `cutover status` as a function: the latest (or named) run by the ledger; null where there is none. */
export function status(target: Project['target'], runId: string | null = null): Promise<RunStatus | null> {
  return runStatus(target, runId);
}

/** `cutover report` as a function, of the latest (or named) run; with a folder it is written there too. Rejects with RUN_NOT_FOUND. */
export async function report(
  target: Project['target'],
  { runId = null, directory }: { readonly runId?: string | null; readonly directory?: string } = {},
): Promise<RunReport> {
  const drawnUp = await runReport(target, runId);
  if (directory !== undefined) await writeReport(directory, drawnUp);
  return drawnUp;
}

/** `cutover reset` as a function: removes exactly what a run (or some of its entities) has loaded. Rejects as the command fails. */
export function reset(
  target: Project['target'],
  {
    runId,
    entities = [],
    ...how
  }: Pick<ResetRequest, 'runId'> & Partial<Pick<ResetRequest, 'changed'>> & { readonly entities?: readonly string[] },
  { emit = () => undefined, confirm = () => Promise.resolve() }: Pick<MigrationHooks, 'emit' | 'confirm'> = {},
): Promise<ResetResult> {
  return runReset({ tell: tellBy(emit), ...target }, { runId, entities, ...how }, { emit, confirm });
}

/** `cutover ledger list` as a function: all runs, the latest first. */
export function runs(target: Project['target']): Promise<readonly ListedRun[]> {
  return listRuns(target);
}

/** `cutover ledger drop` as a function, of one run or (null) of everything; answers with the runs that are gone. */
export function dropLedger(
  target: Project['target'],
  runId: string | null = null,
  { confirm = () => Promise.resolve() }: Pick<MigrationHooks, 'confirm'> = {},
): Promise<readonly string[]> {
  return runDropLedger(target, runId, { confirm });
}

/** `cutover repair` as a function: mends what a file of differences lists and compares again. Rejects as the command fails. */
export async function repair(project: Project, file: string, hooks: MigrationHooks = {}): Promise<RepairOutcome> {
  return runRepair(heardBy(project, hooks.emit), await readDifferences(file), heard(hooks));
}

/** `cutover rejects list` as a function, of the latest (or named) run: how many rows were turned away, and why. */
export async function rejects(
  target: Project['target'],
  request: Partial<RejectsRequest> = {},
): Promise<readonly RejectCount[]> {
  return (await listRejects(target, withDefaults(ALL_REJECTS, request))).rejects;
}

/** `cutover rejects retry` as a function: rejected rows that the mappings accept now are loaded. Rejects as the command fails. */
export function retryRejects(
  project: Project,
  request: Partial<RejectsRequest> = {},
  hooks: MigrationHooks = {},
): Promise<RetryOutcome> {
  return runRetry(heardBy(project, hooks.emit), withDefaults(ALL_REJECTS, request), heard(hooks));
}

function heard({ emit, signal, confirm }: MigrationHooks): Required<MigrationHooks> {
  return {
    emit: emit ?? (() => undefined),
    signal: signal ?? new AbortController().signal,
    confirm: confirm ?? (() => Promise.resolve()),
  };
}

/** Who listens to a run hears what it waits for as well. */
function heardBy(project: Project, emit: Emit | undefined): Project {
  return emit === undefined ? project : { tell: tellBy(emit), ...project };
}
