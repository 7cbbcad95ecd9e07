import { ERROR_CODES } from '../core/errors';
import { hasErrors, type Issue } from '../core/issues';
import type { EntityVerdict } from '../core/outcomes';
import { comparisonLines } from './comparison';
import { issueLines } from './issues';
import type { Report } from './report';
import { tableLines } from './table';
import { tallyColumns, type TallyColumn } from './tally-columns';

/** The proof of a run, for people: both sides counted anew, the account, orphans, and what stands against the run as a whole. */
export function validationReport(
  runId: string,
  entities: readonly EntityVerdict[],
  about: {
    /** What stands against the run as a whole. */
    readonly issues?: readonly Issue[];
    /** Where the values of what differs were written. */
    readonly differencesFile?: string | null;
  } = {},
): Report {
  const { issues: runIssues = [], differencesFile = null } = about;
  const issues = [...runIssues, ...entities.flatMap((entity) => entity.issues)];
  const lines = [
    `Validation of run ${runId}`,
    ...(entities.length === 0 ? [] : verdictLines(entities)),
    ...comparisonLines(entities),
    ...issues.map((issue) => listedIn(differencesFile, issue)).flatMap(issueLines),
    ...(differencesFile === null ? [] : [`Differences with their values: ${differencesFile} (mode 0600)`]),
    verdictOn(issues),
  ];
  return {
    output: `${lines.join('\n')}\n`,
    exitCode: hasErrors(issues) ? ERROR_CODES.VALIDATION_FAILED.exit : 0,
    facts: { runId, issues: runIssues, entities, differencesFile },
  };
}

/** Who has asked for the list need not be told to ask for it. */
function listedIn(file: string | null, issue: Issue): Issue {
  if (file === null || issue.code !== 'ROWS_DIFFER') return issue;
  return { ...issue, hint: `They are listed with their values in ${file}.` };
}

function verdictOn(issues: readonly Issue[]): string {
  if (issues.length === 0) return 'Validated: nothing differs.';
  return hasErrors(issues) ? 'NOT proven: see the differences above.' : 'Validated, with the findings above.';
}

function verdictLines(entities: readonly EntityVerdict[]): string[] {
  const columns = tallyColumns(entities.map(({ tally }) => tally));
  const headings = ['entity', 'source', 'target', ...columns.map(({ heading }) => heading), 'orphans', 'verdict'];
  return tableLines(
    headings,
    entities.map((entity) => row(entity, columns)),
  );
}

function row(
  { entity, sourceRows, targetRows, tally, orphans, issues }: EntityVerdict,
  columns: readonly TallyColumn[],
): (string | number)[] {
  const orphaned = Object.values(orphans).reduce((sum, count) => sum + count, 0);
  const verdict = hasErrors(issues) ? 'DIFFERS' : issues.length === 0 ? 'proven' : 'see findings';
  return [entity, sourceRows, targetRows, ...columns.map((column) => column.of(tally)), orphaned, verdict];
}
