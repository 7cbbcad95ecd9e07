import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readFile, realpath, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { folderInUse } from './failure';
import { canEnter, type OsUser } from './os-user';
import { isGone, readOwner, writeOwner } from './owner';
import { placeFile } from './place-file';
import { endProcess, postmasterFileIn, runningPostmaster } from './postmaster-file';
import { CLUSTER_PREFIX } from './stale';
import { newFolder } from './temporary-folder';

/** Where a cluster lives. All but `data` belongs to the present user. */
export interface ClusterFolder {
  /** The folder itself; holds everything below unless the server's user cannot enter it. */
  readonly root: string;
  /** Its database files, links resolved; may not exist yet. */
  readonly data: string;
  readonly log: string;
  /** The superuser's password, the same for the life of the cluster. */
  readonly password: string;
  /** Folders to remove when the server stops: none for a folder that the caller chose. */
  readonly remove: readonly string[];
}

/** Whose server it will be, and the temporary folders that it may use. */
export interface FolderOptions {
  readonly user: OsUser | undefined;
  readonly bases: readonly string[];
}

/** A new folder that goes when the server stops. */
export async function temporaryCluster({ user, bases }: FolderOptions): Promise<ClusterFolder> {
  const [base = ''] = bases;
  const root = await newFolder(base, CLUSTER_PREFIX, user);
  await writeOwner(root, null);
  return { ...namesIn(root), data: path.join(root, 'data'), password: newPassword(), remove: [root] };
}

/** The caller's folder, made when missing. Ends a server that a killed run left there; rejects when a living run has one. */
export async function givenCluster(folder: string, options: FolderOptions): Promise<ClusterFolder> {
  await mkdir(folder, { recursive: true, mode: options.user ? 0o711 : 0o700 });
  const root = await realpath(folder);
  const data = await dataFolder(root, options);
  await takeOver(root, data);
  await writeOwner(root, null);
  return { ...namesIn(root), data, password: await keptPassword(root), remove: [] };
}

function namesIn(root: string): Pick<ClusterFolder, 'root' | 'log'> {
  return { root, log: path.join(root, 'server.log') };
}

/**
 * `data` in the folder. When root chose a folder that the server's user cannot enter, as below root's home, the files go to
 * a temporary folder and `data` is a link to them; removing the link gives those files up to the next clean-up.
 */
async function dataFolder(root: string, { user, bases }: FolderOptions): Promise<string> {
  const data = path.join(root, 'data');
  const found = await lstat(data).catch(() => null);
  if (found?.isSymbolicLink()) {
    const target = await realpath(data).catch(() => null);
    if (target !== null) return target;
    await rm(data);
  }
  if (await canEnter(user, root)) return data;
  // The last base is the one that outlives a restart of the machine.
  const elsewhere = await newFolder(bases.at(-1) ?? '', CLUSTER_PREFIX, user);
  await writeOwner(elsewhere, data);
  const target = path.join(elsewhere, 'data');
  await mkdir(target);
  await symlink(target, data);
  return target;
}

async function takeOver(root: string, data: string): Promise<void> {
  const owner = await readOwner(root);
  if (!owner) return;
  const server = await runningPostmaster(data);
  const gone = isGone(owner);
  if (server !== null && !gone) throw folderInUse(root, owner.pid);
  if (server !== null) await endProcess(server, 'SIGINT');
  // Its number may since have gone to another process, which would make PostgreSQL refuse to start.
  if (gone) await rm(postmasterFileIn(data), { force: true });
}

async function keptPassword(root: string): Promise<string> {
  const file = path.join(root, 'password');
  const kept = await readFile(file, 'utf8').catch(() => '');
  if (kept !== '') return kept;
  const password = newPassword();
  await placeFile(file, password);
  return password;
}

function newPassword(): string {
  return randomBytes(16).toString('hex');
}
