import { ERROR_CODES, type ErrorCode } from '../../src/core/errors';
import { sourceFiles, textOf } from '../support/source-files';

const page = textOf('docs/ERRORS.md');
const codes = Object.keys(ERROR_CODES) as ErrorCode[];
const product = sourceFiles().filter(({ path }) => !path.startsWith('src/standin/'));

/** The cells of the table rows below a heading, up to the next heading of the same rank. */
function tableBelow(heading: string): string[][] {
  const section = page.split(`\n${heading}\n`)[1]?.split(/\n## /)[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| ') && !/^\| (-+|exit|code|finding) /.test(line));
  return rows.map((row) => row.split('|').map((cell) => cell.trim())).map((cells) => cells.slice(1, -1));
}

describe('docs/ERRORS.md', () => {
  it('lists each error code with its exit code, and no other', () => {
    const listed = tableBelow('## Error codes').map(([link = '', exit]) => [
      link.replace(/^\[(\w+)\].*/, '$1'),
      Number(exit),
    ]);
    expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(codes.map((code) => [code, ERROR_CODES[code].exit])));
  });

  it('has a heading for each error code, and for no other', () => {
    const headings = [...page.matchAll(/^## ([A-Z_]+)$/gm)].map(([, code]) => code);
    expect(headings.sort()).toEqual([...codes].sort());
  });

  it('explains each exit code', () => {
    const explained = tableBelow('## Exit codes').map(([exit]) => Number(exit));
    expect(explained).toEqual([...new Set([0, ...codes.map((code) => ERROR_CODES[code].exit)])].sort((a, b) => a - b));
  });

  it('lists each finding that a check can make, and no other', () => {
    const made = product.flatMap(({ text }) => findingsIn(text)).filter((code) => !(code in ERROR_CODES));
    const listed = tableBelow('## Findings of the checks').map(([code]) => code);
    expect(listed.sort()).toEqual([...new Set(made)].sort());
  });
});

describe('error codes', () => {
  it.each(codes)('%s has a thrower', (code) => {
    const users = product.filter(
      ({ path, text }) => path !== 'src/core/errors.ts' && new RegExp(`\\b${code}\\b`).test(text),
    );
    const thrownBesideTable = textOf('src/core/errors.ts').includes(`super('${code}'`);
    expect(users.length > 0 || thrownBesideTable).toBe(true);
  });
});

const FINDING = [
  /\bcode: '([A-Z]+_[A-Z_]+)'/g,
  /\['(?:error|warning|info)', '([A-Z_]+)'\]/g,
  /\bmismatch\('([A-Z_]+)'/g,
];

function findingsIn(text: string): string[] {
  return FINDING.flatMap((pattern) => [...text.matchAll(pattern)].map(([, code = '']) => code));
}
