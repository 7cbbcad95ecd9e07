import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { becomesTrue } from './becomes-true';
import { serverNotReady } from './failure';
import { endProcess, isAlive, readPostmasterFile } from './postmaster-file';
import { supervisorProgram, type SupervisorOrder } from './supervisor';

const READY_WITHIN_MS = 60_000;
const TAIL_LINES = 15;

/** What becomes of the folders named for removal when the server stops. */
type FolderFate = 'remove' | 'keep';

/** A server that accepts connections, and the supervisor that will outlive us just long enough to stop it. */
export interface ServerProcess {
  readonly pid: number;
  /** Resolves when the server has ended, and its folders with it unless kept. May be called twice. */
  stop(fate: FolderFate): Promise<void>;
}

type Supervisor = ChildProcessByStdio<Writable, Readable, Readable>;

/** What to start, where its data is, and the file that all it writes is appended to. */
export interface ServerOrder extends SupervisorOrder {
  readonly data: string;
  readonly log: string;
}

/** Starts the server under a supervisor and waits until it is ready. When it fails, its process is gone and its folder kept. */
export async function startServerProcess(order: ServerOrder): Promise<ServerProcess> {
  const logStart = (await readLog(order.log)).length;
  const supervisor = await startSupervisor(order);
  const watch = watchSupervisor(supervisor);
  supervisor.stdin.on('error', () => undefined);
  const stop = (fate: FolderFate): Promise<void> => stopSupervisor(supervisor, watch, fate);
  const refusal = await whenReady(watch, order.data);
  if (refusal !== null) {
    await stop('keep');
    const written = (await readLog(order.log)).slice(logStart);
    throw serverNotReady(refusal, lastLines(`${written}\n${watch.complaints}`));
  }
  releaseEventLoop(supervisor);
  return { pid: watch.pid, stop };
}

async function startSupervisor({ command, args, cwd, user, remove, log }: ServerOrder): Promise<Supervisor> {
  const order = JSON.stringify({ command, args, cwd, user, remove } satisfies SupervisorOrder);
  // Not through a link that the server's user may have put there. Windows does not know the flag, whatever its type says.
  const noFollow = (constants as { readonly O_NOFOLLOW?: number }).O_NOFOLLOW ?? 0;
  const file = await open(log, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | noFollow, 0o600);
  try {
    const supervisor = spawn(process.execPath, ['--input-type=commonjs', '-e', supervisorProgram(), order], {
      cwd: path.dirname(log),
      stdio: ['pipe', 'pipe', 'pipe', file.fd],
      // A group of its own: Ctrl-C in a terminal is for us, who may still have work to finish on the server.
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    return supervisor as Supervisor;
  } finally {
    await file.close();
  }
}

interface Watch {
  /** 0 until the server has started. */
  pid: number;
  /** Why there is no server (any more); null while all is well. */
  ended: string | null;
  complaints: string;
  readonly closed: Promise<unknown>;
}

function watchSupervisor(supervisor: Supervisor): Watch {
  const watch: Watch = {
    pid: 0,
    ended: null,
    complaints: '',
    closed: once(supervisor, 'close').catch(() => undefined),
  };
  createInterface({ input: supervisor.stdout }).on('line', (line) => {
    const [word, ...rest] = line.split(' ');
    if (word === 'started') watch.pid = Number(rest[0]);
    if (word === 'failed') watch.ended = `could not be started: ${rest.join(' ')}`;
    if (word === 'exited') watch.ended = `ended while starting (${rest.join(' ')})`;
  });
  supervisor.stderr.on('data', (chunk: Buffer) => {
    watch.complaints += chunk.toString();
  });
  supervisor.once('error', (error) => (watch.ended ??= `has no supervisor: ${error.message}`));
  supervisor.once('exit', () => (watch.ended ??= 'lost its supervisor'));
  return watch;
}

/** Null when the server accepts connections, otherwise what happened instead. */
async function whenReady(watch: Watch, data: string): Promise<string | null> {
  const isSettled = async (): Promise<boolean> => {
    if (watch.ended !== null) return true;
    // The file may still be that of an earlier server: its process number tells.
    const file = await readPostmasterFile(data);
    return file?.ready === true && file.pid === watch.pid;
  };
  const settled = await becomesTrue(isSettled, READY_WITHIN_MS);
  return settled ? watch.ended : `was not ready within ${READY_WITHIN_MS / 1000} seconds`;
}

async function stopSupervisor(supervisor: Supervisor, watch: Watch, fate: FolderFate): Promise<void> {
  supervisor.ref();
  if (!supervisor.stdin.writableEnded) supervisor.stdin.end(fate === 'keep' ? 'keep\n' : '');
  await watch.closed;
  // Only a supervisor that was killed leaves its server behind.
  if (watch.pid !== 0 && watch.ended === 'lost its supervisor' && isAlive(watch.pid))
    await endProcess(watch.pid, 'SIGINT');
}

function releaseEventLoop(supervisor: Supervisor): void {
  supervisor.unref();
  for (const stream of [supervisor.stdin, supervisor.stdout, supervisor.stderr]) (stream as unknown as Socket).unref();
}

function readLog(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-TAIL_LINES).join('\n');
}
