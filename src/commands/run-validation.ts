import { MigrationError } from '../core/errors';
import type { RunRecord } from '../core/ports/ledger';
import type { EntityJob } from '../migrate/entity-job';
import type { Issue } from '../core/issues';
import type { EntityVerdict } from '../core/outcomes';
import { runIssues, validate } from '../validate/validate';
import { withDatabases, type Databases, type Project } from './databases';
import { entityJobs } from './entity-jobs';
import { selectionOfRun } from './run-settings';

export interface ValidationRequest {
  /** Entity names; empty for those of the run. */
  readonly entities: readonly string[];
  /** Null: the latest run. */
  readonly runId: string | null;
}

export interface ValidationResult {
  readonly run: RunRecord;
  /** What stands against the run as a whole. */
  readonly issues: readonly Issue[];
  readonly verdicts: readonly EntityVerdict[];
}

/** Proves a finished run: counts at its SCN, the accounting, orphans. Throws RUN_NOT_FOUND where there is none. */
export async function runValidation(project: Project, request: ValidationRequest): Promise<ValidationResult> {
  return withDatabases(project, async (databases) => {
    const run = await databases.target.ledger.findRun(request.runId ?? undefined);
    if (run === null) throw noSuchRun(request.runId);
    const jobs = entityJobs(project, selectionOfRun(run, request.entities));
    const verdicts = await validateJobs(jobs, databases, run);
    return { run, issues: runIssues(run), verdicts };
  });
}

/** The verdicts over jobs that a run has loaded. */
export function validateJobs(
  jobs: readonly EntityJob[],
  databases: Databases,
  run: Pick<RunRecord, 'id' | 'scn' | 'settings'>,
): Promise<EntityVerdict[]> {
  const subjects = jobs.map(({ entity, read, contract, mapping }) => ({
    entity,
    read,
    contract,
    orphans: mapping.orphans,
  }));
  return validate(subjects, databases, run);
}

/** The ledger does not hold the run that was named (null: any run at all). */
export function noSuchRun(runId: string | null): MigrationError {
  return new MigrationError(
    'RUN_NOT_FOUND',
    `the ledger of this target holds no run${runId === null ? '' : ` ${runId}`}`,
    {
      hint: 'Migrate first, or check that DATABASE_URL names the target of the run.',
      facts: { runId },
    },
  );
}
