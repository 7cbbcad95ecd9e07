import { open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { notWritable } from './write-whole';

/** Longer than a run id with its member name. */
const HEAD_BYTES = 256;

/**
 * Renames the rejects of another run, so that an export does not overwrite them: to `rejects_<its run id>.jsonl`, or to
 * `rejects_previous.jsonl` where the file names no run. Does nothing where there is none. Throws FILE_NOT_WRITABLE.
 */
export async function setAsideRejects(path: string, runId: string): Promise<void> {
  const owner = await rejectsOwner(path);
  if (owner === null || owner === runId) return;
  try {
    await rename(path, join(dirname(path), `rejects_${owner}.jsonl`));
  } catch (error) {
    throw notWritable(path, error);
  }
}

/** The run whose rejects the file lists, `previous` where it names none; null where the file is empty or not there. */
export async function rejectsOwner(path: string): Promise<string | null> {
  const head = await headOf(path);
  if (head === '') return null;
  const [, owner = 'previous'] = /^\{"run":"([\w-]+)"/.exec(head) ?? [];
  return owner;
}

/** Empty also where the file cannot be read: writing it will tell why. */
async function headOf(path: string): Promise<string> {
  try {
    const file = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch {
    return '';
  }
}
