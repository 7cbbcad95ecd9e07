/** npm run matrix -- --help */
import { readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { installVersions } from './matrix/install';
import { cellLines, isGreen, matrixPage, type CellResult } from './matrix/page';
import { HELP, matrixOrder, planLines } from './matrix/plan';
import { runCell } from './matrix/run-cell';
import { runScript } from './run-script';

const PAGE = path.join(__dirname, '..', 'docs', 'MATRIX.md');

async function main(argv: readonly string[]): Promise<number> {
  const order = matrixOrder(argv);
  if (order.action !== 'run') {
    console.log(order.action === 'help' ? HELP : planLines(order));
    return 0;
  }
  const cache = path.resolve(order.cache ?? path.join(homedir(), '.cache', 'cutover-matrix'));
  await installVersions(cache, order.cells);
  let green = true;
  for (const cell of order.cells) {
    const result = await runCell(cell, order, cache);
    console.log(cellLines(result));
    green &&= isGreen(result);
    if (order.scope !== 'chosen') await record(result);
  }
  return green ? 0 : 1;
}

/** After each cell: a run that is broken off has recorded what it has finished. */
async function record(result: CellResult): Promise<void> {
  const before = await readFile(PAGE, 'utf8').catch(() => '');
  await writeFile(PAGE, matrixPage(before, [result]));
}

runScript(main, (error) => (error instanceof RangeError ? `${error.message}; see --help` : error));
