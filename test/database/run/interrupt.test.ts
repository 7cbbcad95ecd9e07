import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from 'pg';
import { compareDemo } from '../../../src/demo/compare';
import { settingsOf, startAbis, type Abis } from '../../support/abis';
import { FROM_SOURCE } from '../../support/from-source';
import { column, connected } from '../../support/sql';

const ROOT = join(__dirname, '..', '..', '..');
const SCALE = 0.05;

describe('Ctrl-C on a running migration', () => {
  let abis: Abis;
  let folder: string;

  beforeAll(async () => {
    abis = await startAbis({ scale: SCALE });
    folder = mkdtempSync(join(tmpdir(), 'cutover-interrupt-'));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await abis.stop();
  });

  function start(targetUrl: string, ...argv: string[]): ChildProcess {
    const options = ['--batch-size', '500', '--max-rejects', '100%', '--yes', '--json', '--log-dir', folder];
    return spawn(process.execPath, [...FROM_SOURCE, join(ROOT, 'src', 'cli.ts'), 'migrate', ...options, ...argv], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...settingsOf(abis.project, targetUrl) },
    });
  }

  /** Resolves with the exit code and all that was printed; calls `onLine` for each event as it comes. */
  async function ended(child: ChildProcess, onLine: (line: string) => void = () => undefined) {
    let output = '';
    child.stdout?.on('data', (data: Buffer) => (output += data.toString()));
    // A line may come in two pieces.
    if (child.stdout !== null) createInterface(child.stdout).on('line', onLine);
    child.stderr?.on('data', (data: Buffer) => (output += data.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, output };
  }

  async function expectEverything(targetUrl: string): Promise<void> {
    const client = await connected(targetUrl);
    try {
      expect(await compareDemo(client, { scale: SCALE, seed: 1 })).toEqual([]);
    } finally {
      await client.end();
    }
  }

  it('stops after the chunk in hand with exit code 130, and resumes to everything', async () => {
    const target = await abis.anotherTarget();
    const child = start(target);
    let pressed = false;
    const first = await ended(child, (line) => {
      if (pressed || !line.includes('"chunk:loaded"') || !line.includes('"coil"')) return;
      pressed = child.kill('SIGINT');
    });
    expect(pressed).toBe(true);
    expect(first.code).toBe(130);
    expect(first.output).toContain('"state":"interrupted"');
    const resumed = await ended(start(target, '--resume', '--validate'));
    expect(resumed).toMatchObject({ code: 0 });
    await expectEverything(target);
  });

  const setAside = (targetUrl: string) =>
    onTarget(targetUrl, (client) => {
      return column(client, `select restore_sql from cutover.journal where state = 'aside' and kind = 'foreign-key'`);
    });

  async function onTarget<T>(targetUrl: string, work: (client: Client) => Promise<T>): Promise<T> {
    const client = await connected(targetUrl);
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  it('stops at once at the second Ctrl-C, but for keys of tables in use, and resumes to everything', async () => {
    const target = await abis.anotherTarget();
    // Somebody lives on it; the row goes again before all is compared.
    await onTarget(target, (client) => {
      return client.query(`insert into carrier (id, code, name, is_active) values (-1, 'X', 'in use', true)`);
    });
    const child = start(target);
    let presses = 0;
    const first = await ended(child, (line) => {
      if (presses === 0 && line.includes('"chunk:step"') && line.includes('"coil"') && line.includes('"fenced"')) {
        presses += 1;
        child.kill('SIGINT');
      }
      if (presses === 1 && line.includes('interrupted')) {
        presses += 1;
        child.kill('SIGINT');
      }
    });
    expect(presses).toBe(2);
    expect(first.code).toBe(130);
    const away = await setAside(target);
    expect(away.length).toBeGreaterThan(0);
    expect(away.filter((definition) => String(definition).includes('carrier'))).toEqual([]);
    const resumed = await ended(start(target, '--resume', '--validate'));
    expect(resumed).toMatchObject({ code: 0 });
    await onTarget(target, (client) => client.query('delete from carrier where id = -1'));
    await expectEverything(target);
  });
});
