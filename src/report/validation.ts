import { ERROR_CODES } from '../core/errors';
import type { Issue } from '../core/issues';
import type { EntityVerdict } from '../core/outcomes';
import { issueLines } from './issues';
import type { Report } from './report';
import { tableLines } from './table';

/** The proof of a run, for people: both sides counted anew, the account, orphans, and what stands against the run as a whole. */
export function validationReport(
  runId: string,
  entities: readonly EntityVerdict[],
  runIssues: readonly Issue[] = [],
): Report {
  const issues = [...runIssues, ...entities.flatMap((entity) => entity.issues)];
  const lines = [
    `Validation of run ${runId}`,
    ...tableLines(HEADINGS, entities.map(row)),
    ...issues.flatMap(issueLines),
    issues.length === 0 ? 'Validated: nothing differs.' : 'NOT proven: see the differences above.',
  ];
  return {
    output: `${lines.join('\n')}\n`,
    exitCode: issues.length === 0 ? 0 : ERROR_CODES.VALIDATION_FAILED.exit,
    facts: { runId, issues: runIssues, entities },
  };
}

const HEADINGS = ['entity', 'source', 'target', 'loaded', 'rejected', 'filtered', 'orphans', 'verdict'];

function row({ entity, sourceRows, targetRows, tally, orphans, issues }: EntityVerdict): (string | number)[] {
  const orphaned = Object.values(orphans).reduce((sum, count) => sum + count, 0);
  const verdict = issues.length === 0 ? 'proven' : 'DIFFERS';
  return [entity, sourceRows, targetRows, tally.loaded, tally.rejected, tally.filtered, orphaned, verdict];
}
