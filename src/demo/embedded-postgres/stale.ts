import { lstat, readdir, readlink, realpath, rm } from 'node:fs/promises';
import path from 'node:path';
import { isGone, readOwner } from './owner';
import { endProcess, runningPostmaster } from './postmaster-file';

/** How the folders of clusters in a temporary folder begin. */
export const CLUSTER_PREFIX = 'cutover-postgres-';

const UNOWNED_MS = 10 * 60_000;

/** Stops and removes what earlier runs left in the temporary folders `bases`. Best effort: never rejects. */
export async function removeStaleClusters(bases: readonly string[]): Promise<void> {
  const folders = await Promise.all(bases.map(clusterFoldersIn));
  await Promise.all([...new Set(folders.flat())].map((folder) => removeIfStale(folder).catch(() => undefined)));
}

async function clusterFoldersIn(base: string): Promise<string[]> {
  // By the name without links: that is what the server was started with.
  const real = await realpath(base).catch(() => base);
  const names = await readdir(real).catch(() => []);
  return names.filter((name) => name.startsWith(CLUSTER_PREFIX)).map((name) => path.join(real, name));
}

async function removeIfStale(folder: string): Promise<void> {
  const found = await lstat(folder);
  // A folder that another user planted could name any process of ours for stopping.
  const ours = process.platform === 'win32' || found.uid === process.getuid?.();
  if (!found.isDirectory() || !ours || !(await isStale(folder, found.mtimeMs))) return;
  const data = path.join(folder, 'data');
  const server = await runningPostmaster(data);
  if (server !== null) await endProcess(server, 'SIGQUIT');
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}

async function isStale(folder: string, changedMs: number): Promise<boolean> {
  const owner = await readOwner(folder);
  // Between making the folder and noting its owner lies a moment; a note that never came is a start that was killed.
  if (!owner) return Date.now() - changedMs > UNOWNED_MS;
  if (owner.servesLink === null) return isGone(owner);
  return isGone(owner) && (await readlink(owner.servesLink).catch(() => '')) !== path.join(folder, 'data');
}
