import { spawn } from 'node:child_process';
import { programNotStarted } from './failure';
import type { OsUser } from './os-user';

/** How a program ended: its exit code (null after a signal) and the end of what it wrote. */
export interface ProgramEnd {
  readonly code: number | null;
  readonly output: string;
}

const KEPT_OUTPUT = 8_000;

/** Runs one of the server's programs to its end, as `user` when given. Rejects only when it cannot be started. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: { readonly user: OsUser | undefined; readonly cwd: string },
): Promise<ProgramEnd> {
  return new Promise((resolve, reject) => {
    const refuse = (cause: unknown): void => {
      reject(programNotStarted(program, cause));
    };
    try {
      const child = spawn(program, args, {
        cwd: options.cwd,
        stdio: ['ignore', 'pipe', 'pipe'],
        windowsHide: true,
        ...options.user,
      });
      let output = '';
      const keep = (chunk: Buffer): void => {
        output = (output + chunk.toString()).slice(-KEPT_OUTPUT);
      };
      child.stdout.on('data', keep);
      child.stderr.on('data', keep);
      child.once('error', refuse);
      child.once('close', (code) => {
        resolve({ code, output });
      });
    } catch (cause) {
      // Node throws some spawn errors (EACCES, EPERM among them) instead of emitting them.
      refuse(cause);
    }
  });
}
