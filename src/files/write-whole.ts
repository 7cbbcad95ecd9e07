import { open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { MigrationError } from '../core/errors';
import { fileHint } from '../core/faults/machine-limits';

/**
 * Writes a file so that a reader (or a crash) meets the old content or the new, never a part: temporary neighbour, fsync, size check,
 * rename, fsync of the folder. Readable by its owner only. Throws FILE_NOT_WRITABLE.
 */
export async function writeWhole(path: string, pieces: AsyncIterable<string> | Iterable<string>): Promise<void> {
  const temporary = neighbourOf(path);
  try {
    await writeSynced(path, pieces);
    await rename(temporary, path);
    await syncFolder(dirname(path));
    await removeStale(path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw isFileFault(error) ? notWritable(path, error) : error;
  }
}

/** Writes the temporary neighbour of a file and removes it again. Throws FILE_NOT_WRITABLE. */
export async function tryNeighbour(path: string): Promise<void> {
  try {
    await writeSynced(path, ['\n']);
  } catch (error) {
    throw isFileFault(error) ? notWritable(path, error) : error;
  } finally {
    await rm(neighbourOf(path), { force: true }).catch(() => undefined);
  }
}

function neighbourOf(path: string): string {
  return `${path}.${process.pid}.tmp`;
}

/** A neighbour is left alone for so long: the folder may be shared with machines whose processes and clock are others. */
const STALE_MS = 24 * 60 * 60_000;

/** Files whose neighbours this process has looked at. */
const swept = new Set<string>();

/** Removes the neighbours that killed processes have left. One that stays is no fault of the file. */
async function removeStale(path: string): Promise<void> {
  if (swept.has(path)) return;
  swept.add(path);
  const [folder, start] = [dirname(path), `${basename(path)}.`];
  const names = await readdir(folder).catch((): string[] => []);
  for (const name of names.filter((one) => one.startsWith(start) && one.endsWith('.tmp'))) {
    const pid = name.slice(start.length, -'.tmp'.length);
    if (!/^\d+$/.test(pid) || isAlive(Number(pid))) continue;
    const { mtimeMs } = await stat(join(folder, name)).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > STALE_MS) await rm(join(folder, name), { force: true }).catch(() => undefined);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { readonly code?: unknown }).code !== 'ESRCH';
  }
}

/** Writes the neighbour of `path`. */
async function writeSynced(path: string, pieces: AsyncIterable<string> | Iterable<string>): Promise<void> {
  const file = await open(neighbourOf(path), 'w', 0o600);
  try {
    let expected = 0;
    for await (const piece of pieces) {
      const bytes = Buffer.from(piece, 'utf8');
      expected += bytes.length;
      await writeAll(file, path, bytes);
    }
    await file.sync();
    // Asked of the file itself, so that a mistake in the writing cannot hide.
    const { size } = await file.stat();
    if (size !== expected) throw notWritable(path, null);
  } finally {
    await file.close();
  }
}

/** One write may take a part only, as the last one that a disk has room for does; the one after it then says why. */
async function writeAll(file: FileHandle, path: string, bytes: Buffer): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written);
    // A file system that takes nothing and gives no reason would be asked for ever.
    if (bytesWritten === 0) throw notWritable(path, null);
    written += bytesWritten;
  }
}

/** File systems and platforms that cannot sync a folder, and folders that may be written to but not read. */
const NO_FOLDER_SYNC: ReadonlySet<unknown> = new Set(['EACCES', 'EBADF', 'EINVAL', 'EISDIR', 'ENOTSUP', 'EPERM']);

/** Without it, a crash of the machine may take the rename back. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (error) {
    if (!NO_FOLDER_SYNC.has((error as { readonly code?: unknown }).code)) throw error;
  }
}

/** Errors of `pieces` (a database may be behind it) pass as they are. */
function isFileFault(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'syscall' in error;
}

/** A file or its folder refuses; `cause` null: something else stands in its place. */
export function notWritable(path: string, cause: unknown): MigrationError {
  return new MigrationError('FILE_NOT_WRITABLE', `the file ${path} cannot be written`, {
    hint: fileHint(cause, 'Make room, correct the rights, or name another folder with --log-dir.'),
    facts: { path },
    ...(cause === null ? {} : { cause }),
  });
}
