import { matrixOrder, NODES } from './plan';

/** How the tests of one pair of versions ended. */
export interface CellResult {
  readonly node: string;
  readonly postgres: string;
  readonly date: string;
  readonly scope: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failedFiles: readonly string[];
}

const HEAD = `# Versions that were tested

Written by \`npm run matrix\`, which installs each version from npm and runs tests on it; a run replaces the rows of its own pairs.
"selection" is what touches the server (loads, kill and resume, every type, objects set aside, reset, repair, pre-flight) and, on the newest
PostgreSQL, all unit tests and those of the stand-in; "all" is the whole suite. Skipped tests need a newer server (or an
older one), and name the version. A pair that has no result yet says so.

| Node.js | PostgreSQL | tests | date | passed | failed | skipped |
| ------- | ---------- | ----- | ---- | ------ | ------ | ------- |
`;

/** Nothing failed, and something passed. */
export function isGreen({ passed, failed, failedFiles }: CellResult): boolean {
  return passed > 0 && failed === 0 && failedFiles.length === 0;
}

/** The page with the results in it: rows of the same pair and tests are replaced, the others of `before` are kept; planned pairs without any are named. */
export function matrixPage(before: string, results: readonly CellResult[]): string {
  const rows = new Map([...notRun(), ...before.split('\n').filter(isRow)].map((row) => [keyOf(row), row]));
  for (const result of results) {
    const { node, postgres, scope, date, passed, failed, skipped } = result;
    const row = `| ${[node, postgres, scope, date, passed, failed, skipped].join(' | ')} |`;
    rows.set(keyOf(row), row);
  }
  const sorted = [...rows.values()].sort((a, b) => keyOf(a).localeCompare(keyOf(b)));
  return HEAD + sorted.map((row) => `${row}\n`).join('');
}

/** The rows of all pairs, as if none had been run. */
function notRun(): string[] {
  const { cells, scope } = matrixOrder([]);
  return cells.map(({ node, postgres }) => `| ${[NODES[node], postgres, scope, 'not run', '', '', ''].join(' | ')} |`);
}

const isRow = (line: string): boolean => /^\| \d/.test(line);

function keyOf(row: string): string {
  const [node = '', postgres = '', tests = ''] = row
    .split('|')
    .slice(1)
    .map((cell) => cell.trim());
  return [Number.parseInt(postgres), Number.parseInt(node), tests].join(' ');
}

/** One line for the terminal, and one for each file with failures. */
export function cellLines(result: CellResult): string {
  const { node, postgres, passed, failed, skipped, failedFiles } = result;
  const line = `Node.js ${node}  PostgreSQL ${postgres}  ${passed} passed, ${failed} failed, ${skipped} skipped`;
  return [line, ...failedFiles.map((file) => `  failed: ${file}`)].join('\n');
}
