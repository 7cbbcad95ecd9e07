import { visibleJson } from '../../core/words/visible';
import type { RunReport } from './run-report';

/** The report as docs/report.schema.json describes it; an element of a list a line, so that it can be looked into. Ends in a newline. */
export function reportAsJson(report: RunReport): string {
  const members = Object.entries(report).map(([name, value]) => `  ${visibleJson(name)}: ${memberText(value)}`);
  return `{\n${members.join(',\n')}\n}\n`;
}

function memberText(value: unknown): string {
  if (!Array.isArray(value)) return visibleJson(value, 2).replaceAll('\n', '\n  ');
  const lines = value.map((element) => `    ${visibleJson(element)}`);
  return lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n  ]`;
}
