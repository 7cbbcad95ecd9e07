import { open, rename, rm } from 'node:fs/promises';
import { MigrationError } from '../core/errors';

/**
 * Writes a file so that a reader (or a crash) meets the old content or the new, never a part: temporary neighbour, fsync, rename.
 * Readable by its owner only. Throws FILE_NOT_WRITABLE.
 */
export async function writeWhole(path: string, pieces: AsyncIterable<string> | Iterable<string>): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeSynced(temporary, pieces);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw isFileFault(error) ? notWritable(path, error) : error;
  }
}

/** Writes the temporary neighbour of a file and removes it again. Throws FILE_NOT_WRITABLE. */
export async function tryNeighbour(path: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeSynced(temporary, ['\n']);
  } catch (error) {
    throw notWritable(path, error);
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

async function writeSynced(path: string, pieces: AsyncIterable<string> | Iterable<string>): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    for await (const piece of pieces) await file.write(piece);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Errors of `pieces` (a database may be behind it) pass as they are. */
function isFileFault(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'syscall' in error;
}

/** A file or its folder refuses; `cause` null: something else stands in its place. */
export function notWritable(path: string, cause: unknown): MigrationError {
  return new MigrationError('FILE_NOT_WRITABLE', `the file ${path} cannot be written`, {
    hint: 'Make room, correct the rights, or name another folder with --log-dir.',
    facts: { path },
    ...(cause === null ? {} : { cause }),
  });
}
