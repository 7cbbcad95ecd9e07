import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectionIssues } from '../../../src/app/project/databases';
import { settingsOf, startAbis, type Abis } from '../../support/abis';
import { FROM_SOURCE } from '../../support/from-source';
import { connected } from '../../support/sql';

const ROOT = join(__dirname, '..', '..', '..');
const SECRET = 'planted-secret-4711';

interface Ended {
  readonly code: number | null;
  readonly output: string;
  /** From the start of the process to its end. */
  readonly elapsedMs: number;
  /** From its last output to its end. */
  readonly lingersMs: number;
}

/** A port on which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 1;
}

describe('what cannot work is refused with a code and a hint, and the process is gone', () => {
  let abis: Abis;
  let folder: string;
  let startMs: number;

  beforeAll(async () => {
    abis = await startAbis({ scale: 0.01 });
    folder = mkdtempSync(join(tmpdir(), 'cutover-refusals-'));
    startMs = (await cutover(['migrate', '--help'])).elapsedMs;
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await abis.stop();
  });

  async function cutover(argv: readonly string[], changes: Record<string, string> = {}): Promise<Ended> {
    const config = ['--config', join(ROOT, 'cutover.config.ts')];
    const started = performance.now();
    const child = spawn(
      process.execPath,
      [...FROM_SOURCE, join(ROOT, 'src', 'cli.ts'), ...argv, ...config, '--log-dir', folder],
      {
        cwd: ROOT,
        env: { PATH: process.env['PATH'], HOME: folder, ...settingsOf(abis.project, abis.targetUrl), ...changes },
      },
    );
    let output = '';
    let lastOutput = started;
    const take = (data: Buffer): void => {
      output += data.toString();
      lastOutput = performance.now();
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    const [code] = (await once(child, 'close')) as [number | null];
    const ended = performance.now();
    return { code, output, elapsedMs: ended - started, lingersMs: ended - lastOutput };
  }

  /** And ends once it has said so: within ten times a start that does nothing, for a slow machine is slow at both. */
  async function refused(
    changes: Record<string, string>,
    expected: { readonly code: string; readonly exit: number },
  ): Promise<string> {
    const ended = await cutover(['migrate', '--yes'], changes);
    expect(ended.output).toMatch(new RegExp(`error +${expected.code} `));
    expect(ended.output).toMatch(/^hint /m);
    expect(ended.code).toBe(expected.exit);
    expect(ended.lingersMs).toBeLessThan(10 * startMs);
    expect(ended.output).not.toContain(SECRET);
    // There is no run yet to which a log would belong.
    expect(readdirSync(folder).filter((name) => name.endsWith('.log'))).toEqual([]);
    return ended.output;
  }

  it('a wrong Oracle password', async () => {
    await refused({ ORACLE_PASSWORD: SECRET }, { code: 'SOURCE_LOGIN_REFUSED', exit: 77 });
  });

  it('an Oracle listener that does not answer', async () => {
    const port = await closedPort();
    await refused(
      { ORACLE_CONNECT_STRING: `127.0.0.1:${port}/LEGACY`, ORACLE_PASSWORD: SECRET },
      { code: 'SOURCE_UNREACHABLE', exit: 69 },
    );
  });

  it('a service that the listener does not know', async () => {
    await refused(
      { ORACLE_CONNECT_STRING: abis.standin.connectString.replace(/\/.*/, '/NOSUCH') },
      { code: 'SOURCE_UNREACHABLE', exit: 69 },
    );
  });

  it('a target that does not answer', async () => {
    const url = `postgres://someone:${SECRET}@127.0.0.1:${await closedPort()}/nowhere`;
    await refused({ DATABASE_URL: url }, { code: 'TARGET_UNREACHABLE', exit: 69 });
  });

  it('a target that does not answer: the check of the connections says why', async () => {
    const url = `postgres://someone:${SECRET}@127.0.0.1:${await closedPort()}/nowhere`;
    const issues = await connectionIssues({ ...abis.project, target: { url } });
    expect(issues).toMatchObject([{ code: 'TARGET_UNREACHABLE' }]);
    expect(issues[0]?.message).toContain('ECONNREFUSED');
    expect(issues[0]?.message).not.toContain(SECRET);
  });

  it('a wrong target password', async () => {
    const url = new URL(abis.targetUrl);
    url.password = SECRET;
    await refused({ DATABASE_URL: url.href }, { code: 'TARGET_LOGIN_REFUSED', exit: 77 });
  });

  it('a target password that is not set, with the places where it may stand', async () => {
    const url = new URL(abis.targetUrl);
    url.password = '';
    const nowhere = { DATABASE_URL: url.href, PGPASSFILE: '/nowhere/.pgpass', PGPASSWORD: '' };
    const output = await refused(nowhere, { code: 'TARGET_LOGIN_REFUSED', exit: 77 });
    expect(output).toContain('or set PGPASSWORD');
  });

  it('a target that is read only', async () => {
    const url = await abis.anotherTarget();
    const name = new URL(url).pathname.slice(1);
    const client = await connected(url);
    await client.query(`alter database "${name}" set default_transaction_read_only = on`);
    await client.end();
    const output = await refused({ DATABASE_URL: url }, { code: 'PREFLIGHT_FAILED', exit: 65 });
    expect(output).toContain('TARGET_READ_ONLY');
  });

  it('settings that are missing, all of them named at once', async () => {
    const output = await refused(
      { ORACLE_USER: '', ORACLE_CONNECT_STRING: '', DATABASE_URL: '' },
      { code: 'CONFIG_INVALID', exit: 78 },
    );
    expect(output).toContain('ORACLE_USER');
    expect(output).toContain('DATABASE_URL');
  });
});
