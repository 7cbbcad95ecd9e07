import type { Readable, Writable } from 'node:stream';

interface Terminal {
  readonly isTTY?: boolean;
}

/** Where a command reads and writes: the process's own, or a test's. */
export interface Streams {
  readonly stdin: Readable & Terminal;
  readonly stdout: Writable & Terminal;
  readonly stderr: Writable & Terminal;
}

/** Whether somebody sits there who can answer a question. */
export function isInteractive({ stdin, stdout }: Streams): boolean {
  return stdin.isTTY === true && stdout.isTTY === true;
}
