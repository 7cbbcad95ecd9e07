import { chown, lstat, mkdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Binaries } from './binaries';
import type { ClusterFolder } from './cluster-folder';
import { initdbFailed } from './failure';
import type { OsUser } from './os-user';
import { runProgram } from './run-program';

/** Name of the superuser of every embedded cluster. */
export const SUPERUSER = 'postgres';

/** The first major version that has the parameter "scram_iterations". */
export const SCRAM_ITERATIONS_SINCE = 16;

/** What initdb is to make, and with what. */
export interface InitdbOptions {
  readonly binaries: Binaries;
  readonly folder: ClusterFolder;
  readonly user: OsUser | undefined;
  /** "sync" waits until the files are on disk. */
  readonly sync: 'sync' | 'no-sync';
}

/** Makes the database files of `folder` unless they are there. A run killed halfway leaves nothing that looks complete. */
export async function initialise(options: InitdbOptions): Promise<void> {
  const { data } = options.folder;
  if (await lstat(path.join(data, 'PG_VERSION')).catch(() => null)) return;
  const draft = `${data}.draft`;
  const passwordFile = `${data}.pw`;
  await rm(draft, { recursive: true, force: true });
  await rm(passwordFile, { force: true });
  await mkdir(draft, { mode: 0o700 });
  await writeFile(passwordFile, options.folder.password, { mode: 0o600, flag: 'wx' });
  try {
    await handOver([draft, passwordFile], options.user);
    await runInitdb(draft, passwordFile, options);
    await rmdir(data).catch(() => undefined);
    await rename(draft, data);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

async function handOver(names: readonly string[], user: OsUser | undefined): Promise<void> {
  if (user) await Promise.all(names.map((name) => chown(name, user.uid, user.gid)));
}

async function runInitdb(draft: string, passwordFile: string, options: InitdbOptions): Promise<void> {
  const { initdb, major } = options.binaries;
  const args = ['-D', draft, '-U', SUPERUSER, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
  args.push('--locale=C', '--encoding=UTF8');
  if (major >= 14) args.push('--no-instructions');
  // Rounds slow down guessing, and nobody guesses a random password of ours: with 4096 each connection pays for nothing.
  if (major >= SCRAM_ITERATIONS_SINCE) args.push('-c', 'scram_iterations=1');
  if (options.sync === 'no-sync') args.push('--no-sync');
  const { code, output } = await runProgram(initdb, args, { user: options.user, cwd: path.dirname(draft) });
  if (code !== 0) throw initdbFailed(output);
}
