import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { chmod, cp, mkdtemp, readdir, realpath, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { Client } from 'pg';
import {
  EmbeddedPostgresFailed,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from '../../src/demo/embedded-postgres';
import { becomesTrue } from '../../src/demo/embedded-postgres/becomes-true';
import { isAlive } from '../../src/demo/embedded-postgres/postmaster-file';
import { freshDatabase, testClusterUrl } from '../support/databases';
import { connected } from '../support/sql';

const AS_ROOT = process.geteuid?.() === 0;
const NOBODY = 65534;
const whenRoot = AS_ROOT ? it : it.skip;
/** Another user can start a script of this checkout only where every folder above it lets him pass. */
const whenOthersMayEnter = AS_ROOT && isOpenToOthers(__dirname) ? it : it.skip;

function isOpenToOthers(folder: string): boolean {
  const open = (statSync(folder).mode & 0o001) !== 0;
  return open && (path.dirname(folder) === folder || isOpenToOthers(path.dirname(folder)));
}

const leftovers: (() => Promise<unknown>)[] = [];

async function running(options?: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres(options);
  leftovers.push(() => server.stop());
  return server;
}

async function temporary(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'cutover-test-'));
  leftovers.push(() => rm(folder, { recursive: true, force: true }));
  await chmod(folder, 0o711);
  return folder;
}

async function ask(url: string, sql: string): Promise<unknown> {
  const client = await connected(url);
  try {
    const { rows } = await client.query<unknown[]>({ text: sql, rowMode: 'array' });
    return rows[0]?.[0];
  } finally {
    await client.end();
  }
}

async function until(holds: () => boolean): Promise<void> {
  expect(await becomesTrue(holds, 20_000)).toBe(true);
}

function installedBinaries(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const entry = require.resolve(`@embedded-postgres/${platform}-${process.arch}`);
  return path.resolve(path.dirname(entry), '../native');
}

afterEach(async () => {
  for (const remove of leftovers.splice(0).reverse()) await remove();
});

describe('startEmbeddedPostgres', () => {
  it('starts a server that answers on 127.0.0.1 alone and asks for the password', async () => {
    const server = await running();
    expect(await ask(server.url, 'select 1')).toBe(1);
    expect(await ask(server.url, 'show listen_addresses')).toBe('127.0.0.1');
    await expect(ask(server.url.replace(/:[0-9a-f]+@/, ':wrong@'), 'select 1')).rejects.toMatchObject({
      code: '28P01',
    });
    expect(await readdir(server.dataDir)).not.toContain('data.pw');
  });

  it('makes databases in locale C whatever their name', async () => {
    const server = await running();
    const url = await server.createDatabase('Wo"rk äß 1');
    expect(await ask(url, 'select current_database()')).toBe('Wo"rk äß 1');
    expect(await ask(url, 'select datcollate from pg_database where datname = current_database()')).toBe('C');
  });

  it('takes the settings and the port it is given', async () => {
    const port = await freePortOfTheSystem();
    const server = await running({ port, settings: { work_mem: '7MB' } });
    expect(server.port).toBe(port);
    expect(await ask(server.url, 'show work_mem')).toBe('7MB');
    expect(await ask(server.url, 'show fsync')).toBe('off');
  });

  it('says so when the port it is given is taken', async () => {
    const { port } = await running();
    await expect(startEmbeddedPostgres({ port })).rejects.toThrow('Address already in use');
  });

  it('leaves neither process nor folder after stop, which may be called twice', async () => {
    const server = await running();
    await server.stop();
    await server.stop();
    expect(isAlive(server.pid)).toBe(false);
    expect(existsSync(server.dataDir)).toBe(false);
  });

  it('keeps its data and its address over a restart', async () => {
    const server = await running();
    await ask(server.url, 'create table kept as select 42 as answer');
    const before = { url: server.url, pid: server.pid };
    await server.restart();
    expect(server.url).toBe(before.url);
    expect(server.pid).not.toBe(before.pid);
    expect(await ask(server.url, 'select answer from kept')).toBe(42);
  });

  it('keeps a chosen folder for the next start, and lets one process use it at a time', async () => {
    const dataDir = path.join(await temporary(), 'cluster');
    const first = await running({ dataDir, durable: true });
    expect(await ask(first.url, 'show fsync')).toBe('on');
    await ask(first.url, 'create table kept as select 43 as answer');
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow('is in use by process');
    await first.stop();
    const second = await running({ dataDir });
    expect(await ask(second.url, 'select answer from kept')).toBe(43);
  });

  it('says what the server said when it cannot start, and removes its folder', async () => {
    // A folder for temporary things that nobody else uses: other tests start servers at the same time.
    const base = await temporary();
    const before = await stat(base, { bigint: true });
    const temporaryFolder = jest.spyOn(os, 'tmpdir').mockReturnValue(base);
    const refusal: unknown = await startEmbeddedPostgres({ settings: { no_such_setting: 'x' } }).catch(
      (e: unknown) => e,
    );
    temporaryFolder.mockRestore();
    expect(refusal).toBeInstanceOf(EmbeddedPostgresFailed);
    expect(refusal).toMatchObject({
      code: 'EMBEDDED_POSTGRES_FAILED',
      log: expect.stringContaining('no_such_setting') as string,
    });
    expect((await stat(base, { bigint: true })).mtimeNs).toBeGreaterThan(before.mtimeNs);
    expect((await readdir(base)).filter((name) => name.startsWith('cutover-postgres-'))).toEqual([]);
  });

  it('names the programs that do not run', async () => {
    const empty = await temporary();
    await expect(startEmbeddedPostgres({ binariesRoot: empty })).rejects.toMatchObject({
      code: 'EMBEDDED_POSTGRES_FAILED',
      message: expect.stringContaining(empty) as string,
      hint: expect.stringContaining('Alpine') as string,
    });
  });

  it('refuses a data folder that cannot be made, with the reason', async () => {
    const dataDir = path.join(__filename, 'below a file');
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toMatchObject({
      code: 'EMBEDDED_POSTGRES_FAILED',
      message: expect.stringContaining('ENOTDIR') as string,
    });
  });

  it('runs programs installed without their install script', async () => {
    const root = path.join(await temporary(), 'native');
    await cp(installedBinaries(), root, { recursive: true, verbatimSymlinks: true });
    for (const entry of await readdir(path.join(root, 'lib'), { withFileTypes: true })) {
      if (entry.isSymbolicLink()) await rm(path.join(root, 'lib', entry.name));
    }
    const server = await running({ binariesRoot: root });
    expect(await ask(server.url, 'select 1')).toBe(1);
  });

  whenRoot('runs programs, and keeps data, below a folder that its user may not enter', async () => {
    const home = await temporary();
    await cp(installedBinaries(), path.join(home, 'native'), { recursive: true, verbatimSymlinks: true });
    await chmod(home, 0o700);
    const options = { binariesRoot: path.join(home, 'native'), dataDir: path.join(home, 'cluster') };
    const first = await running(options);
    const elsewhere = path.dirname(await realpath(path.join(options.dataDir, 'data')));
    expect(elsewhere).not.toContain(home);
    leftovers.unshift(() => rm(elsewhere, { recursive: true }));
    await ask(first.url, 'create table kept as select 44 as answer');
    await first.stop();
    const second = await running(options);
    expect(await ask(second.url, 'select answer from kept')).toBe(44);
    expect(second.dataDir).toBe(options.dataDir);
  });
});

describe('the end of the process that started a server', () => {
  it('stops the server and removes its folder after SIGKILL', async () => {
    const { script, server } = await inAnotherProcess();
    script.kill('SIGKILL');
    await until(() => !isAlive(server.pid) && !existsSync(server.dataDir));
  });

  it('does not wait for the server: a script that forgets stop ends by itself', async () => {
    const { script, server } = await inAnotherProcess();
    script.stdin.end();
    await once(script, 'exit');
    await until(() => !isAlive(server.pid) && !existsSync(server.dataDir));
  });

  it('is made up for by the next start when the supervisor was killed as well', async () => {
    const { script, server } = await inAnotherProcess();
    process.kill(Number(await parentOf(server.pid)), 'SIGKILL');
    script.kill('SIGKILL');
    await once(script, 'exit');
    expect(isAlive(server.pid)).toBe(true);
    await running();
    expect(isAlive(server.pid)).toBe(false);
    expect(existsSync(server.dataDir)).toBe(false);
  });

  whenOthersMayEnter('is the same for an ordinary user', async () => {
    const { script, server } = await inAnotherProcess(NOBODY);
    script.stdin.end();
    const [code] = (await once(script, 'exit')) as [number];
    expect(code).toBe(0);
    await until(() => !isAlive(server.pid) && !existsSync(server.dataDir));
  });
});

describe('freshDatabase', () => {
  it('gives each caller an empty database of the shared server, and drops it under open sessions', async () => {
    const [one, two] = await Promise.all([freshDatabase(), freshDatabase()]);
    await ask(one.url, 'create table only_here ()');
    expect(await ask(two.url, `select to_regclass('only_here')`)).toBeNull();
    const session = new Client({ connectionString: one.url });
    session.on('error', () => undefined);
    await session.connect();
    await Promise.all([one.drop(), two.drop()]);
    const name = new URL(one.url).pathname.slice(1);
    expect(await ask(testClusterUrl(), `select count(*)::int from pg_database where datname = '${name}'`)).toBe(0);
    await session.end();
  });
});

async function freePortOfTheSystem(): Promise<number> {
  const server = await startEmbeddedPostgres();
  await server.stop();
  return server.port;
}

type Script = ChildProcessByStdio<Writable, Readable, null>;

/** Starts a server in a process of its own, which ends when its standard input does, without stopping the server. */
async function inAnotherProcess(uid?: number): Promise<{ script: Script; server: { pid: number; dataDir: string } }> {
  const module = path.resolve(__dirname, '../../src/demo/embedded-postgres.ts');
  const source = `
    const { startEmbeddedPostgres } = require(${JSON.stringify(module)});
    startEmbeddedPostgres().then(({ pid, dataDir }) => {
      process.stdout.write(JSON.stringify({ pid, dataDir }) + '\\n');
      process.stdin.on('end', () => undefined).resume();
    });`;
  const script = spawn(process.execPath, ['-r', '@swc-node/register', '-e', source], {
    cwd: path.resolve(__dirname, '../..'),
    stdio: ['pipe', 'pipe', 'inherit'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  leftovers.push(() => Promise.resolve(script.kill('SIGKILL')));
  const [line] = (await once(createInterface({ input: script.stdout }), 'line')) as [string];
  return { script, server: JSON.parse(line) as { pid: number; dataDir: string } };
}

async function parentOf(pid: number): Promise<string> {
  const ps = spawn('ps', ['-o', 'ppid=', '-p', String(pid)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [chunk] = (await once(ps.stdout, 'data')) as [Buffer];
  return chunk.toString().trim();
}
