import { DatabaseError, type Client } from 'pg';
import { MigrationError } from '../../core/errors';
import { SPECIAL_CHARACTERS } from '../../core/words/special-characters';
import { faultOfDriver, NO_PASSWORD, PASSWORD_FROM_ELSEWHERE, WRONG_OPTIONS, type LoginFault } from './login-faults';
import { mayNotConnect } from './meanings';
import { ident } from './sql';
import { NOT_ALLOWED, sqlStateOf, targetError } from './sqlstate';

const WRONG_PASSWORD = '28P01';
/** No such parameter, or no such value of it. */
const OPTION_STATES: readonly (string | null)[] = ['42704', '22023'];

/** Whom a login was tried for, and with what. */
export interface Login {
  readonly client: Pick<Client, 'database' | 'user' | 'password'>;
  /** `database@host:port` */
  readonly where: string;
  readonly url: string;
}

/** Why there is no session. What a login is refused with speaks of the user and the database, not of what is in it. */
export function connectError(error: unknown, login: Login): MigrationError {
  if (error instanceof MigrationError) return error;
  const doing = `connecting to ${login.where}`;
  const coded = targetError(error, doing);
  const fault = loginFaultOf(error, login);
  if (fault !== null) return loginFailed(coded, doing, fault);
  if (!isFatal(error) || sqlStateOf(error) !== NOT_ALLOWED) return coded;
  const { code, hint } = mayNotConnect(ident(login.client.database ?? ''), ident(login.client.user ?? ''));
  return new MigrationError(code, coded.message, { hint, facts: coded.facts, cause: coded.cause });
}

function loginFaultOf(error: unknown, { client, url }: Login): LoginFault | null {
  const state = sqlStateOf(error);
  if (state === null) return faultOfDriver(error);
  if (!isFatal(error)) return null;
  if (OPTION_STATES.includes(state)) return WRONG_OPTIONS;
  if (state !== WRONG_PASSWORD || hasPassword(url)) return null;
  return (client.password ?? '') === '' ? NO_PASSWORD : PASSWORD_FROM_ELSEWHERE;
}

function loginFailed(coded: MigrationError, doing: string, { code, fault, hint }: LoginFault): MigrationError {
  const { facts, cause } = coded;
  return new MigrationError(code, `${doing} failed: ${fault}`, { hint, facts, cause });
}

function isFatal(error: unknown): boolean {
  return error instanceof DatabaseError && error.severity === 'FATAL';
}

/** Between the user and the @, or in the query. */
function hasPassword(url: string): boolean {
  return /^\w+:\/\/[^/?#@]*:[^/?#@]+@/.test(url) || /[?&]password=[^&]/.test(url);
}

/** The parser's own message quotes the URL, password included, so it is not passed on; that of a file names its path. */
export function urlInvalid(error: unknown): MigrationError {
  const { code, path } = error as Partial<NodeJS.ErrnoException>;
  if (code !== undefined && path !== undefined) return fileUnreadable(path, code);
  const known = faultOfDriver(error);
  if (known !== null) return new MigrationError(known.code, `DATABASE_URL: ${known.fault}`, { hint: known.hint });
  return new MigrationError('CONFIG_INVALID', 'the URL of the target database cannot be read', {
    hint: `Write DATABASE_URL as postgresql://user:password@host:5432/database, ${SPECIAL_CHARACTERS}.`,
  });
}

/** Of the files for TLS that the URL names. */
function fileUnreadable(path: string, reason: string): MigrationError {
  return new MigrationError('CONFIG_INVALID', `${path}, which DATABASE_URL names, cannot be read (${reason})`, {
    hint: 'Correct its path in sslrootcert, sslcert or sslkey of DATABASE_URL, or let this user read it.',
    facts: { path, reason },
  });
}
