import { lstat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from './make-folder';
import { notWritable, tryNeighbour } from './write-whole';

/**
 * Makes sure that `writeWhole` can write a file there, as far as that can be known beforehand: its folder takes a new file and has room,
 * and no folder or device stands in its place. Throws FILE_NOT_WRITABLE.
 */
export async function probeWritable(path: string): Promise<void> {
  try {
    makeFolder(dirname(path));
  } catch (error) {
    throw notWritable(path, error);
  }
  await probeFile(path);
}

/** The same for a file whose folder has to be there already. */
export async function probeFile(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (found !== null && !found.isFile() && !found.isSymbolicLink()) throw notWritable(path, null);
  await tryNeighbour(path);
}
