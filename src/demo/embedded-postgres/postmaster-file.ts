import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { becomesTrue } from './becomes-true';

/** What PostgreSQL writes about itself into its data folder. */
export interface PostmasterFile {
  readonly pid: number;
  /** It accepts connections. */
  readonly ready: boolean;
}

const PID_LINE = 0;
const STATUS_LINE = 7;
const GRACE_MS = 10_000;

/** The content of `postmaster.pid` in `data`, or null when there is none or it is only half written. */
export async function readPostmasterFile(data: string): Promise<PostmasterFile | null> {
  const text = await readFile(postmasterFileIn(data), 'utf8').catch(() => '');
  const lines = text.split('\n');
  const pid = Number(lines[PID_LINE]);
  return pid > 0 ? { pid, ready: lines[STATUS_LINE]?.trim() === 'ready' } : null;
}

/** The full name of `postmaster.pid` in `data`. */
export function postmasterFileIn(data: string): string {
  return path.join(data, 'postmaster.pid');
}

/** The server that runs on `data`, or null. A process that only inherited the number of a dead server does not count. */
export async function runningPostmaster(data: string): Promise<number | null> {
  const pid = (await readPostmasterFile(data))?.pid;
  if (pid === undefined || !isAlive(pid)) return null;
  const command = await commandLineOf(pid);
  return command === null || command.includes(data) ? pid : null;
}

/** Whether a process of that number exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (refusal) {
    return (refusal as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Sends `signal` and waits for the end of the process; after ten seconds kills it. A process not there is fine. */
export async function endProcess(pid: number, signal: NodeJS.Signals): Promise<void> {
  send(pid, signal);
  const hasEnded = (): boolean => !isAlive(pid);
  if (await becomesTrue(hasEnded, GRACE_MS)) return;
  send(pid, 'SIGKILL');
  await becomesTrue(hasEnded, GRACE_MS);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Ended meanwhile, or not ours to end.
  }
}

/** Null when this system cannot tell. */
async function commandLineOf(pid: number): Promise<string | null> {
  if (process.platform === 'linux') {
    const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null);
    return text === null ? null : text.replaceAll('\0', ' ');
  }
  if (process.platform === 'win32') return null;
  return promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).then(
    ({ stdout }) => stdout,
    () => null,
  );
}
