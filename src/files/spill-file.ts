import { closeSync, openSync, readSync, readdirSync, rmSync, unlinkSync, writeSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MigrationError } from '../core/errors';
import { fileHint } from '../core/faults/machine-limits';
import type { Spill } from '../core/ports/spill';

const PREFIX = 'cutover-spill-';

/**
 * Opens a place for values in the system's folder for temporary files. The file (mode 0600) is made with the first value and loses its
 * name at once, so that it goes with the process, also with one that is killed. Reads and writes wait for the disk, which is short
 * beside what it took to bring the value here.
 */
export function openSpillFile(folder: string = tmpdir()): Spill {
  let descriptor: number | null = null;
  let end = 0;
  return {
    append: (bytes) => {
      const at = end;
      try {
        descriptor ??= unnamedFile(folder);
        for (let done = 0; done < bytes.length;) {
          const written = writeSync(descriptor, bytes, done, bytes.length - done, at + done);
          if (written === 0) throw spillNotWritable(folder, null);
          done += written;
        }
      } catch (error) {
        throw error instanceof MigrationError ? error : spillNotWritable(folder, error);
      }
      end += bytes.length;
      return at;
    },
    read: (at, length) => {
      if (descriptor === null) throw spillCut();
      const bytes = Buffer.allocUnsafeSlow(length);
      for (let done = 0; done < length;) {
        const read = readSync(descriptor, bytes, done, length - done, at + done);
        if (read === 0) throw spillCut();
        done += read;
      }
      return bytes;
    },
    close: () => {
      if (descriptor !== null) closeSync(descriptor);
      descriptor = null;
    },
  };
}

function unnamedFile(folder: string): number {
  removeLeftovers(folder);
  const path = join(folder, `${PREFIX}${process.pid}-${randomUUID()}`);
  const descriptor = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  return descriptor;
}

/** A process that is killed between the two steps leaves an empty file with its number in the name. */
function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    const [, pid] = /^cutover-spill-(\d+)-/.exec(name) ?? [];
    if (pid !== undefined && isGone(Number(pid))) rmSync(join(folder, name), { force: true });
  }
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as { readonly code?: unknown }).code === 'ESRCH';
  }
}

function spillNotWritable(folder: string, cause: unknown): MigrationError {
  return new MigrationError('FILE_NOT_WRITABLE', `large values cannot be written to the temporary folder ${folder}`, {
    hint: fileHint(cause, 'Make room there, or name another folder in the environment variable TMPDIR.'),
    facts: { path: folder },
    ...(cause === null ? {} : { cause }),
  });
}

function spillCut(): MigrationError {
  return new MigrationError('INTERNAL', 'a large value is asked for that is not in its temporary file');
}
