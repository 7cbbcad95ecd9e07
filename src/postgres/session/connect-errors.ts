import { DatabaseError, type Client } from 'pg';
import { MigrationError } from '../../core/errors';
import { mayNotConnect } from './meanings';
import { ident } from './sql';
import { sqlStateOf, targetError } from './sqlstate';

const NOT_ALLOWED = '42501';

/** Why there is no session. A login that is refused with `42501` speaks of the database, not of what is in it. */
export function connectError(
  error: unknown,
  { client, where }: { readonly client: Pick<Client, 'database' | 'user'>; readonly where: string },
): MigrationError {
  const coded = targetError(error, `connecting to ${where}`);
  const isRefused = error instanceof DatabaseError && error.severity === 'FATAL' && sqlStateOf(error) === NOT_ALLOWED;
  if (!isRefused) return coded;
  const { code, hint } = mayNotConnect(ident(client.database ?? ''), ident(client.user ?? ''));
  return new MigrationError(code, coded.message, { hint, facts: coded.facts, cause: coded.cause });
}

/** The parser's own message quotes the URL, password included, so it is not passed on; that of a file names its path. */
export function urlInvalid(error: unknown): MigrationError {
  const { code, path } = error as Partial<NodeJS.ErrnoException>;
  if (code !== undefined && path !== undefined) return fileUnreadable(path, code);
  return new MigrationError('CONFIG_INVALID', 'the URL of the target database cannot be read', {
    hint: 'Write DATABASE_URL as postgresql://user:password@host:5432/database, special characters of the password as %25 (%), %40 (@), %3A (:), %2F (/), %3F (?), %23 (#).',
  });
}

/** Of the files for TLS that the URL names. */
function fileUnreadable(path: string, reason: string): MigrationError {
  return new MigrationError('CONFIG_INVALID', `${path}, which DATABASE_URL names, cannot be read (${reason})`, {
    hint: 'Correct its path in sslrootcert, sslcert or sslkey of DATABASE_URL, or let this user read it.',
    facts: { path, reason },
  });
}
