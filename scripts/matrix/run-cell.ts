import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { rowsAt } from '../../test/support/sql';
import { startTestServer } from '../../test/support/test-server';
import { nodeFolder, serverFolder } from './install';
import type { CellResult } from './page';
import type { Cell, MatrixOrder } from './plan';

/** What Jest writes with --json, as far as it is used. */
interface JestResult {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly { readonly name: string; readonly status: string }[];
}

/** Runs the cell's tests on a server of its own, which is stopped and removed at the end. Rejects when Jest has no result. */
export async function runCell(cell: Cell, order: MatrixOrder, cache: string): Promise<CellResult> {
  const bin = nodeFolder(cache, cell);
  const node = path.join(bin, process.platform === 'win32' ? 'node.exe' : 'node');
  const nodeVersion = (await promisify(execFile)(node, ['--version'])).stdout.trim().slice(1);
  const server = await startTestServer(serverFolder(cache, cell));
  try {
    const result = await jestResult(node, cell, {
      workers: order.workers,
      env: {
        ...process.env,
        PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}`,
        CUTOVER_TEST_DATABASE_URL: server.url,
        CUTOVER_TEST_POSTGRES: serverFolder(cache, cell),
      },
    });
    return {
      ...{ node: nodeVersion, postgres: await versionOf(server.url), date: new Date().toISOString().slice(0, 10) },
      scope: order.scope,
      passed: result.numPassedTests,
      failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
      skipped: result.numPendingTests,
      failedFiles: result.testResults
        .filter(({ status }) => status === 'failed')
        .map(({ name }) => path.relative('.', name)),
    };
  } finally {
    await server.stop();
  }
}

async function jestResult(
  node: string,
  cell: Cell,
  { env, workers }: { readonly env: NodeJS.ProcessEnv; readonly workers: number },
): Promise<JestResult> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cutover-matrix-'));
  try {
    const output = path.join(folder, 'jest.json');
    const options = ['--json', `--outputFile=${output}`, `--maxWorkers=${workers}`];
    const jest = spawn(node, [require.resolve('jest/bin/jest'), ...options, ...cell.tests], {
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    await once(jest, 'close');
    return JSON.parse(await readFile(output, 'utf8')) as JestResult;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function versionOf(url: string): Promise<string> {
  return String((await rowsAt(url, 'show server_version'))[0]?.[0]);
}
