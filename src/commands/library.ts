import type { Issue } from '../core/issues';
import type { Emit } from '../core/events';
import type { Project } from './databases';
import { runCheck, type CheckRequest } from './run-check';
import { DEFAULT_MIGRATION, runMigration, type MigrationRequest, type MigrationResult } from './run-migration';
import { runPlan, type PlanRequest } from './run-plan';
import { runStatus, type RunStatus } from './run-status';
import { runValidation, type ValidationRequest, type ValidationResult } from './run-validation';
import type { PlannedEntity } from '../report/plan';

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
  return runCheck(project, { entities: [], scope: 'everything', ...request });
}

/** `cutover plan` as a function: the entities in loading order, counted in the source as it is now. */
export function plan(project: Project, request: Partial<PlanRequest> = {}): Promise<PlannedEntity[]> {
  return runPlan(project, { entities: [], batchSize: DEFAULT_MIGRATION.batchSize, ...request });
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
  return runMigration(
    project,
    { ...DEFAULT_MIGRATION, ...request },
    {
      emit: hooks.emit ?? (() => undefined),
      signal: hooks.signal ?? new AbortController().signal,
      confirm: hooks.confirm ?? (() => Promise.resolve()),
    },
  );
}

/** `cutover validate` as a function: counts at the run's SCN, the accounting, orphans. */
export function validate(project: Project, request: Partial<ValidationRequest> = {}): Promise<ValidationResult> {
  return runValidation(project, { entities: [], runId: null, ...request });
}

/** `cutover status` as a function: the latest (or named) run by the ledger; null where there is none. */
export function status(target: Project['target'], runId: string | null = null): Promise<RunStatus | null> {
  return runStatus(target, runId);
}
