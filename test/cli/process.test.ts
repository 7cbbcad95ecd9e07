import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../support/source-files';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder';

interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** From its start to its end, and from its last output to its end. */
  readonly tookMs: number;
  readonly lingersMs: number;
}

/** Runs the command line of this checkout as a process of its own. */
function cutover(
  argv: readonly string[],
  environment: Readonly<Record<string, string>>,
  reader: 'stays' | 'goes' = 'stays',
): Promise<Ended> {
  const register = require.resolve('@swc-node/register', { paths: [ROOT] });
  const startedMs = performance.now();
  const child = spawn(process.execPath, ['-r', register, join(ROOT, 'src/cli.ts'), ...argv], {
    cwd: temporaryFolder(),
    env: { PATH: process.env['PATH'], ...environment, SWC_NODE_PROJECT: join(ROOT, 'tsconfig.json') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  let lastOutputMs = startedMs;
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    lastOutputMs = performance.now();
  });
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  if (reader === 'goes') child.stdout.destroy();
  return new Promise((resolve) => {
    child.on('close', (exitCode) => {
      const endedMs = performance.now();
      resolve({ exitCode, stdout, stderr, tookMs: endedMs - startedMs, lingersMs: endedMs - lastOutputMs });
    });
  });
}

// Port 1 of this machine refuses: nothing listens there.
const REFUSING = {
  ORACLE_USER: 'app',
  ORACLE_PASSWORD: 'planted-secret',
  ORACLE_HOST: '127.0.0.1',
  ORACLE_PORT: '1',
  ORACLE_SERVICE: 'PLANT',
  DATABASE_URL: 'postgres://app:planted-secret@127.0.0.1:1/plant',
};

afterAll(removeTemporaryFolders);

describe('the process', () => {
  it('names both unreachable databases, without the passwords, and is gone once it has said so', async () => {
    const { exitCode, stdout, stderr, lingersMs } = await cutover(['check', '--connections'], REFUSING);
    expect(stdout).toContain('SOURCE_UNREACHABLE');
    expect(stdout).toContain('TARGET_UNREACHABLE');
    expect(stdout + stderr).not.toContain('planted-secret');
    expect(exitCode).toBe(69);
    const start = await cutover(['--version'], {});
    // In times of a start that does nothing: a slow machine is slow at both.
    expect(lingersMs).toBeLessThan(10 * start.tookMs);
  });

  it('does its work to the end, and ends by its own verdict, when the reader of its output goes away', async () => {
    const { exitCode, stderr } = await cutover(['check', '--connections'], REFUSING, 'goes');
    expect(stderr).toBe('');
    expect(exitCode).toBe(69);
  });

  it('shows what to write where there is no config', async () => {
    const { exitCode, stderr } = await cutover(['plan', '--mappings'], {});
    expect(exitCode).toBe(78);
    expect(stderr).toMatch(/^error {2}CONFIG_NOT_FOUND/);
  });

  it('prints the mappings of the example straight from the checkout', async () => {
    const config = join(ROOT, 'examples/orders/cutover.config.ts');
    const { exitCode, stdout } = await cutover(['plan', '--mappings', '--config', config], {});
    expect(stdout).toContain('order: SHOP.ORDERS -> Order');
    expect(exitCode).toBe(0);
  });
});
