import { ERROR_CODES } from '../core/errors';
import { hasErrors, type Issue } from '../core/issues';
import type { Report } from './report';

const LEVELS = ['error', 'warning', 'info'] as const;

/** The findings of a check, the worst first, and how many there are of each level. */
export function issuesReport(issues: readonly Issue[]): Report {
  const sorted = LEVELS.flatMap((level) => issues.filter((issue) => issue.level === level));
  const lines = [...sorted.flatMap(issueLines), countLine(issues)];
  return {
    output: `${lines.join('\n')}\n`,
    exitCode: hasErrors(issues) ? ERROR_CODES.PREFLIGHT_FAILED.exit : 0,
    facts: { issues: sorted },
  };
}

/** One finding: its line, and its hint below. */
export function issueLines({ level, code, subject, message, hint }: Issue): string[] {
  const line = `${level.padEnd(7)}  ${code}  ${subject}: ${message}`;
  return hint === undefined ? [line] : [line, `         ${hint}`];
}

function countLine(issues: readonly Issue[]): string {
  const [errors = 0, warnings = 0] = LEVELS.map((level) => issues.filter((issue) => issue.level === level).length);
  const verdict = errors > 0 ? 'Not ready: correct the errors above.' : 'Ready to migrate.';
  return `${plural(errors, 'error')}, ${plural(warnings, 'warning')}. ${verdict}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
