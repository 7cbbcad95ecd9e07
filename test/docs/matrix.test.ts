import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isGreen, matrixPage, type CellResult } from '../../scripts/matrix/page';
import { HELP, matrixOrder, NODES, planLines, SERVERS } from '../../scripts/matrix/plan';
import { OLDEST } from '../../src/postgres/preflight/check-connection';
import { ROOT, textOf } from '../support/source-files';

const result: CellResult = {
  ...{ node: '20.19.0', postgres: '13.23', date: '2026-12-02', scope: 'selection' },
  ...{ passed: 3, failed: 0, skipped: 1, failedFiles: [] },
};
const rowsOf = (page: string): string[] => page.split('\n').filter((line) => /^\| \d/.test(line));
const pairsOf = (...argv: string[]): string[] =>
  matrixOrder(argv).cells.map(({ node, postgres }) => `${node}/${postgres}`);

describe('npm run matrix', () => {
  it('prints its help with an example, installing nothing', () => {
    const { matrix = '' } = (JSON.parse(textOf('package.json')) as { scripts: { matrix?: string } }).scripts;
    const [command = '', ...args] = matrix.split(' ');
    expect(execFileSync(command, [...args, '--help'], { encoding: 'utf8' })).toBe(`${HELP}\n`);
    expect(HELP).toContain('Example: npm run matrix -- --node 20 --postgres 13');
  });

  it('pairs each PostgreSQL with the oldest Node.js, and each Node.js with the newest PostgreSQL', () => {
    expect(pairsOf()).toEqual(['20/13', '20/14', '20/15', '20/16', '20/17', '20/18', '22/18', '24/18']);
    expect(pairsOf('--every-pair')).toHaveLength(Object.keys(NODES).length * Object.keys(SERVERS).length);
  });

  it('runs only the versions and tests that are asked for', () => {
    const order = matrixOrder(['--node', '22', '--postgres', '14', '--postgres', '13', '--tests', 'test/a', '--plan']);
    expect(order.action).toBe('plan');
    expect(planLines(order)).toBe('Node.js 22  PostgreSQL 13  test/a\nNode.js 22  PostgreSQL 14  test/a');
    expect(planLines(matrixOrder(['--all', '--node', '24', '--postgres', '18']))).toContain('the whole suite');
  });

  it.each([
    [['--node', '18'], '--node 18 is none of 20, 22, 24'],
    [['--postgres', '12'], '--postgres 12 is none of 13, 14, 15, 16, 17, 18'],
    [['--all', '--tests', 'test/a'], '--all and --tests contradict each other'],
    [['--workers', '0'], '--workers is a number above 0'],
  ])('refuses %j', (argv, message) => {
    expect(() => matrixOrder(argv)).toThrow(message);
  });

  it('selects tests that exist', () => {
    const files = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' }).map((name) => `test/${name}`);
    for (const test of matrixOrder([]).cells.flatMap(({ tests }) => tests))
      expect([test, files.some((file) => file.startsWith(test) && file.endsWith('.test.ts'))]).toEqual([test, true]);
  });

  it('runs the tests of Node.js alone on the newest PostgreSQL, whichever are asked for', () => {
    const isWithNode = (...argv: string[]): boolean[] =>
      matrixOrder(argv).cells.map(({ tests }) => tests.includes('test/unit/'));
    expect(isWithNode('--node', '20', '--postgres', '13')).toEqual([false]);
    expect(isWithNode('--postgres', '18')).toEqual([true, true, true]);
  });

  it('begins with the oldest Node.js that package.json admits', () => {
    const { engines } = JSON.parse(textOf('package.json')) as { engines: { node: string } };
    expect(`${engines.node}.0`).toBe(`>=${NODES[20] ?? ''}`);
  });

  it('begins with the oldest PostgreSQL that a check of the target admits', () => {
    expect(Math.min(...Object.keys(SERVERS).map(Number))).toBe(OLDEST);
  });
});

describe('docs/MATRIX.md', () => {
  it('keeps the rows of other pairs, and replaces those of the same pair and tests', () => {
    const first = matrixPage('', [{ ...result, postgres: '18.4' }, result]);
    const again = matrixPage(first, [{ ...result, postgres: '13.24', failed: 1 }]);
    expect(rowsOf(again).filter((line) => !line.includes('not run'))).toEqual([
      '| 20.19.0 | 13.24 | selection | 2026-12-02 | 3 | 1 | 1 |',
      '| 20.19.0 | 18.4 | selection | 2026-12-02 | 3 | 0 | 1 |',
    ]);
  });

  it('names each pair of the plan, also one that nobody has run', () => {
    const pairs = (page: string): number => rowsOf(page).length;
    expect(pairs(matrixPage('', []))).toBe(pairsOf().length);
    expect(rowsOf(matrixPage('', []))[0]).toBe('| 20.19.0 | 13 | selection | not run |  |  |  |');
    expect(pairs(matrixPage('', [result]))).toBe(pairsOf().length);
    expect(rowsOf(matrixPage(matrixPage('', []), [result]))[0]).toBe(
      '| 20.19.0 | 13.23 | selection | 2026-12-02 | 3 | 0 | 1 |',
    );
  });

  it('stands as the script writes it, with each pair that it plans', () => {
    expect(textOf('docs/MATRIX.md')).toBe(matrixPage(textOf('docs/MATRIX.md'), []));
  });

  it('calls a pair without a passed test failed, too', () => {
    expect(isGreen(result)).toBe(true);
    expect(isGreen({ ...result, passed: 0 })).toBe(false);
    expect(isGreen({ ...result, failed: 1 })).toBe(false);
    expect(isGreen({ ...result, failedFiles: ['test/a.test.ts'] })).toBe(false);
  });
});
