import { ERROR_CODES, type ErrorCode } from '../../core/errors';
import type { Issue } from '../../core/issues';
import { visible } from '../../core/words/visible';
import type { Report } from '../words/report';
import { counted } from '../../core/counted';

const LEVELS = ['error', 'warning', 'info'] as const;

/** The findings of a check, the worst first, and how many there are of each level. */
export function issuesReport(
  issues: readonly Issue[],
  looked: 'at everything' | 'at connections' = 'at everything',
): Report {
  const sorted = LEVELS.flatMap((level) => issues.filter((issue) => issue.level === level));
  const lines = [...sorted.flatMap(issueLines), countLine(issues, READY[looked])];
  return {
    output: `${lines.join('\n')}\n`,
    exitCode: exitCodeOf(issues),
    facts: { issues: sorted },
  };
}

/** That of the first error where its code has one of its own (a database that cannot be reached), else PREFLIGHT_FAILED's. */
function exitCodeOf(issues: readonly Issue[]): number {
  const first = issues.find(({ level }) => level === 'error');
  if (first === undefined) return 0;
  return ERROR_CODES[isErrorCode(first.code) ? first.code : 'PREFLIGHT_FAILED'].exit;
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code);
}

/** One finding: its line, and its hint below. */
export function issueLines(issue: Issue): string[] {
  const [line = '', ...hints] = findingLines(issue);
  return [`${issue.level.padEnd(7)}  ${line}`, ...hints];
}

/** The same without its level, for what states the level itself. */
export function findingLines({ code, subject, message, hint }: Issue): string[] {
  const line = visible(`${code}  ${subject}: ${message}`);
  return hint === undefined ? [line] : [line, ...hint.split('\n').map((part) => `         ${visible(part)}`)];
}

/** What a verdict says that errors forbid. */
export const CORRECT_ERRORS = 'correct the errors above';

const READY = {
  'at everything': 'Ready to migrate.',
  'at connections': 'Both databases answer; nothing else was looked at. Look at all with: cutover check',
} as const;

function countLine(issues: readonly Issue[], ready: string): string {
  const [errors = 0, warnings = 0] = LEVELS.map((level) => issues.filter((issue) => issue.level === level).length);
  const verdict = errors > 0 ? `Not ready: ${CORRECT_ERRORS}.` : ready;
  return `${counted(errors, 'error')}, ${counted(warnings, 'warning')}. ${verdict}`;
}
