import { MigrationError } from '../core/errors';
import type { RunRecord } from '../core/ports/ledger';
import type { EntityJob } from '../migrate/entity-job';
import type { Issue } from '../core/issues';
import { standingIssues } from '../core/standing';
import type { EntityVerdict } from '../core/outcomes';
import type { CompareLevel, EntityFindings } from '../core/comparison';
import type { Emit } from '../core/events';
import { compareRun } from '../validate/compare/compare-run';
import type { ComparisonSubject } from '../validate/compare/comparison-plan';
import { runIssues, validate } from '../validate/validate';
import { withDatabases, type Databases, type Project } from './databases';
import { entityJobs } from './entity-jobs';
import { keepValidation } from './keep-validation';
import { revivedContract } from './revived-contract';
import { selectionOfRun } from './run-settings';

export interface ValidationRequest {
  /** Entity names; empty for those of the run. */
  readonly entities: readonly string[];
  /** Null: the latest run. */
  readonly runId: string | null;
  /** `counts` where absent. */
  readonly level?: CompareLevel;
}

/** What a validation reports to, and what stops it. */
export interface ValidationHooks {
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

export interface ValidationResult {
  readonly run: RunRecord;
  /** What stands against the run as a whole. */
  readonly issues: readonly Issue[];
  readonly verdicts: readonly EntityVerdict[];
  /** What the comparison of keys or rows found, values included; empty for counts. Holds row contents. */
  readonly findings: readonly EntityFindings[];
}

const UNHEARD: ValidationHooks = { emit: () => undefined, signal: new AbortController().signal };

/**
 * Proves a finished run: counts at its SCN, the accounting, orphans, and as far as `level` asks for it the keys or the rows. Throws
 * RUN_NOT_FOUND where there is none.
 */
export async function runValidation(
  project: Project,
  request: ValidationRequest,
  hooks: ValidationHooks = UNHEARD,
): Promise<ValidationResult> {
  return withDatabases(project, async (databases) => {
    const run = await databases.target.ledger.findRun(request.runId ?? undefined);
    if (run === null) throw noSuchRun(request.runId);
    // Of a run that was taken back nothing can be proven: every count would differ, and say no more than this.
    if (run.state === 'reset') return { run, issues: runIssues(run, []), verdicts: [], findings: [] };
    const jobs = entityJobs(project, selectionOfRun(run, request.entities));
    const counted = await validateJobs(jobs, databases, run);
    const { level = 'counts' } = request;
    const { aside, operator } = await databases.target.standing();
    const issues = [
      ...runIssues(run, await databases.target.ledger.progress(run.id)),
      // Of any run: rows that agree prove nothing where nothing keeps them from being changed.
      ...standingIssues({ aside, operator, rehearsals: [] }),
    ];
    const compared =
      level === 'counts'
        ? { verdicts: counted, findings: [] }
        : await compareRun(jobs.map(comparisonSubject), counted, { ...databases, ...hooks, run, level });
    const validation = { level, issues, verdicts: compared.verdicts };
    await keepValidation(databases.target, run.id, { validation, emit: hooks.emit });
    return { run, issues, ...compared };
  });
}

/** What is compared of a job. */
export function comparisonSubject(job: EntityJob): ComparisonSubject {
  return { ...job, revived: revivedContract(job.mapping, job.contract) };
}

/** The verdicts over jobs that a run has loaded. */
export function validateJobs(
  jobs: readonly EntityJob[],
  databases: Databases,
  run: Pick<RunRecord, 'id' | 'scn' | 'settings'>,
): Promise<EntityVerdict[]> {
  const subjects = jobs.map(({ entity, read, contract, mapping, sharers }) => ({
    entity,
    sharers,
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
