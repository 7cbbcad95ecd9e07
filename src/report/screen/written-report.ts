import type { Report } from '../words/report';
import type { RunReport } from '../evidence/run-report';

/** That the evidence of a run was written, and what its verdict is. The exit code is 0 whatever it says. */
export function writtenReport({ run, verdict, totals }: RunReport, files: readonly string[]): Report {
  const lines = [
    `Report of run ${run.id}`,
    verdict.sentence,
    ...nextLines(verdict),
    ...files.map((file) => `  ${file}`),
  ];
  return { output: `${lines.join('\n')}\n`, exitCode: 0, facts: { runId: run.id, verdict, totals, files } };
}

function nextLines({ next, then, advice }: RunReport['verdict']): string[] {
  const first = [advice, next].filter((part) => part !== null);
  return [...(first.length === 0 ? [] : [`Next: ${first.join(' ')}`]), ...(then === null ? [] : [`Then: ${then}`])];
}
