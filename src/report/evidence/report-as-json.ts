import type { RunReport } from './run-report';

/** Ends the document while `chunks` is its last member and empty. */
const NO_CHUNKS = '"chunks": []\n}';

/** The report as docs/report.schema.json describes it; a chunk a line. Ends in a newline. */
export function reportAsJson({ chunks, ...report }: RunReport): string {
  const text = JSON.stringify({ ...report, chunks: [] }, null, 2);
  if (chunks.length === 0) return `${text}\n`;
  const lines = chunks.map((chunk) => `    ${JSON.stringify(chunk)}`).join(',\n');
  return `${text.slice(0, -NO_CHUNKS.length)}"chunks": [\n${lines}\n  ]\n}\n`;
}
