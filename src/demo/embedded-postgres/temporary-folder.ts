import { constants } from 'node:fs';
import { access, chmod, mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { noTemporaryFolder } from './failure';
import { canEnter, type OsUser } from './os-user';

/** The folders where temporary things may go, `first` before the others: by default the system's own choice (TMPDIR). */
export function temporaryBases(first = tmpdir()): readonly string[] {
  return process.platform === 'win32' ? [first] : [...new Set([first, '/tmp', '/var/tmp'])];
}

/** Those of the folders that we can write and `user` can enter, best first; rejects when there is none. */
export async function usableBases(bases: readonly string[], user: OsUser | undefined): Promise<readonly string[]> {
  const usable = await Promise.all(bases.map((base) => isUsable(base, user)));
  const found = bases.filter((_, index) => usable[index]);
  if (found.length === 0) throw noTemporaryFolder(bases);
  return found;
}

/** A new folder of ours in `base`, by its name without links. Others may pass through it (not list it) when the server runs as another user. */
export async function newFolder(base: string, prefix: string, user: OsUser | undefined): Promise<string> {
  const folder = await mkdtemp(path.join(await realpath(base), prefix));
  if (user) await chmod(folder, 0o711);
  return folder;
}

async function isUsable(base: string, user: OsUser | undefined): Promise<boolean> {
  try {
    await access(base, constants.W_OK | constants.X_OK);
    return await canEnter(user, base);
  } catch {
    return false;
  }
}
