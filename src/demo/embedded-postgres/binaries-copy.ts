import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, cp, lstat, mkdtemp, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import path from 'node:path';

const PREFIX = 'cutover-pgbin-';

/**
 * A copy of the programs in `base` that every user may read, made once per version and kept for later runs. Rejects when it
 * cannot be written, or when what lies at its name is not ours: another local user must not choose what we run.
 */
export async function cachedCopy(source: string, base: string): Promise<string> {
  const files = await wantedFiles(source);
  const copy = path.join(base, `${PREFIX}${process.getuid?.() ?? 0}-${fingerprint(files)}`);
  if (await isTrusted(copy)) {
    if (await isComplete(copy, files)) return copy;
    // A cleaner of old temporary files took a part of it.
    await rm(copy, { recursive: true, force: true });
  }
  const draft = await mkdtemp(path.join(base, `${PREFIX}draft-`));
  try {
    await fill(draft, source, files);
    await rename(draft, copy);
  } catch (refusal) {
    await rm(draft, { recursive: true, force: true });
    // Another process of ours was faster: its copy serves as well.
    if (!((await isTrusted(copy)) && (await isComplete(copy, files)))) throw refusal;
  }
  return copy;
}

interface WantedFile {
  readonly path: string;
  readonly size: number;
}

/** Libraries for static linking are of no use to a server. */
async function wantedFiles(source: string): Promise<readonly WantedFile[]> {
  const entries = await readdir(source, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.a'))
    .map((entry) => path.relative(source, path.join(entry.parentPath, entry.name)))
    .sort();
  return Promise.all(paths.map(async (file) => ({ path: file, size: (await stat(path.join(source, file))).size })));
}

function fingerprint(files: readonly WantedFile[]): string {
  const names = files.map((file) => `${file.path}:${file.size}`).join('\n');
  return createHash('sha256').update(names).digest('hex').slice(0, 16);
}

async function isTrusted(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => null);
  if (!found) return false;
  const ours = process.platform === 'win32' || (found.uid === process.getuid?.() && (found.mode & 0o022) === 0);
  return found.isDirectory() && ours;
}

async function isComplete(copy: string, files: readonly WantedFile[]): Promise<boolean> {
  const sizes = await Promise.all(
    files.map(async (file) => (await stat(path.join(copy, file.path)).catch(() => null))?.size),
  );
  return files.every((file, index) => file.size === sizes[index]);
}

async function fill(draft: string, source: string, files: readonly WantedFile[]): Promise<void> {
  const wanted = new Set(files.map((file) => path.join(source, file.path)));
  await cp(source, draft, {
    recursive: true,
    verbatimSymlinks: true,
    mode: constants.COPYFILE_FICLONE,
    filter: async (from) => wanted.has(from) || !(await lstat(from)).isFile(),
  });
  await linkLibraries(draft);
  // Whatever umask the install had, everybody may read and enter the copy, and only we may write it.
  const entries = await readdir(draft, { recursive: true, withFileTypes: true });
  const own = entries
    .filter((entry) => !entry.isSymbolicLink())
    .map((entry) => path.join(entry.parentPath, entry.name));
  await Promise.all([draft, ...own].map((name) => chmod(name, 0o755)));
}

/** npm cannot pack symbolic links: the package lists them in a file for its install script, which may have been blocked. */
async function linkLibraries(root: string): Promise<void> {
  const list = await readFile(path.join(root, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(list) as readonly { readonly source: string; readonly target: string }[];
  for (const { source, target } of links) {
    const at = path.join(root, target.replace(/^native\//, ''));
    await symlink(path.basename(source), at).catch(() => undefined);
  }
}
