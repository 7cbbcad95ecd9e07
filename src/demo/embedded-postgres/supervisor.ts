import type * as ChildProcess from 'node:child_process';
import type * as Fs from 'node:fs';

/** What the supervisor is to run and to clear away. */
export interface SupervisorOrder {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly user: { readonly uid: number; readonly gid: number } | null;
  /** Folders to remove once the server has been stopped. */
  readonly remove: readonly string[];
}

/**
 * The program of the supervisor, for `node -e`: it owns the server and stops it when its own standard input closes, which
 * the operating system sees to however the parent ends. It tells `started <pid>`, `failed <reason>` and `exited <code>`
 * on standard output, one a line; any input before the end means "keep the folders". What the server writes goes to the
 * file descriptor 3 that it is given.
 */
export function supervisorProgram(): string {
  return `(${supervise.toString()})(require, JSON.parse(process.argv[1]))`;
}

// Its text is all that reaches the other process: nothing outside its own body may be used, counters of a coverage tool
// included. A file of its own would have to be found both as .ts under a loader and as .js in the built package.
/* istanbul ignore next */
function supervise(load: (name: string) => unknown, order: SupervisorOrder): void {
  const { spawn } = load('node:child_process') as typeof ChildProcess;
  const { rm } = load('node:fs') as typeof Fs;
  let keep = false;
  let running = false;
  let stopping = false;
  const tell = (line: string): void => {
    process.stdout.write(`${line}\n`);
  };
  const clear = (): void => {
    if (keep) return;
    for (const folder of order.remove) {
      rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }, () => undefined);
    }
  };
  const server = spawn(order.command, order.args, {
    cwd: order.cwd,
    stdio: ['ignore', 3, 3],
    windowsHide: true,
    ...order.user,
  });
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    process.stdin.destroy();
    if (!running) {
      clear();
      return;
    }
    server.kill('SIGINT');
    setTimeout(() => server.kill('SIGQUIT'), 10_000).unref();
    setTimeout(() => server.kill('SIGKILL'), 15_000).unref();
  };
  server.once('spawn', () => {
    running = true;
    tell(`started ${server.pid ?? 0}`);
  });
  server.once('error', (error) => {
    tell(`failed ${error.message}`);
  });
  server.once('exit', (code, signal) => {
    running = false;
    tell(`exited ${code ?? signal ?? ''}`);
    if (stopping) clear();
  });
  process.stdout.on('error', () => undefined);
  process.stdin.on('data', () => (keep = true));
  process.stdin.on('error', stop).once('close', stop);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
}
