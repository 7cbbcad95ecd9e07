import type { Emit } from '../core/run/events';
import type { Issue } from '../core/issues';
import type { EntityVerdict, RunOutcome } from '../core/run/outcomes';
import { sealIssues } from '../core/run/ledger-seal';
import { markOf } from '../core/run/trail-mark';
import type { EntityJob } from '../migrate/jobs/entity-job';
import type { Databases, Project } from './project/databases';
import { keepValidation } from './keep-validation';
import { validateJobs } from './run-validation';
import { runIssues } from '../validate/validate';
import { standingFound } from './standing-found';
import { withStandingDifferences } from './standing-differences';

interface Found {
  readonly verdicts: readonly EntityVerdict[];
  /** What was found against the run as a whole: in its source, its ledger and the target. */
  readonly runIssues: readonly Issue[];
}

interface Loaded {
  readonly project: Project;
  readonly validate: 'after' | 'no';
  readonly outcome: RunOutcome;
  readonly emit: Emit;
}

/** The comparison of counts after a load, where it was asked for and all is loaded; kept in the ledger. */
export async function verdictsAfter(
  jobs: readonly EntityJob[],
  databases: Databases,
  { project, validate, outcome, emit }: Loaded,
): Promise<Found> {
  const run = await databases.target.ledger.findRun(outcome.runId);
  const loaded = outcome.entities.every(({ state }) => state === 'complete');
  if (validate === 'no' || run === null || !loaded) return { verdicts: [], runIssues: [] };
  const history = await databases.target.ledger.trail(run.id, 'with its seal');
  const { verdicts, sources } = await validateJobs(jobs, databases, { project, run });
  const { accounts } = sources;
  const standing = await standingFound(databases.target, run.id);
  const state = runIssues(run, await databases.target.ledger.progress(run.id));
  const issues = [...state, ...standing, ...sources.issues, ...sealIssues(run.id, history.seal)];
  const validation = { level: 'counts', issues, verdicts, seen: markOf(history), sources: accounts } as const;
  await keepValidation(databases.target, run.id, { validation, emit });
  return {
    verdicts: withStandingDifferences(verdicts, {
      level: 'counts',
      history: { ...history, state: run.state },
    }),
    runIssues: issues,
  };
}
