import type { Socket } from 'node:net';
import { DatabaseError, type Client } from 'pg';
import { MigrationError } from '../../core/errors';
import { SPECIAL_CHARACTERS } from '../../core/words/special-characters';
import { tlsFaultOf } from '../../core/faults/tls-fault';
import {
  faultOfDriver,
  faultOfServer,
  LOGIN_TOO_SLOW,
  NO_PASSWORD,
  NOT_POSTGRES,
  PASSWORD_FROM_ELSEWHERE,
  type LoginFault,
} from './login-faults';
import { mayNotConnect } from './meanings';
import { ident } from './sql';
import { isConnectionLoss, NOT_ALLOWED, sqlStateOf, targetError, withoutValues } from './sqlstate';

const WRONG_PASSWORD = '28P01';

/** Whom a login was tried for, and with what. */
export interface Login {
  readonly client: Pick<Client, 'connection' | 'database' | 'user' | 'password'>;
  /** `database@host:port` */
  readonly where: string;
  readonly url: string;
}

/** Why there is no session. What a login is refused with speaks of the user and the database, not of what is in it. */
export function loginError(error: unknown, login: Login): MigrationError {
  const doing = `connecting to ${login.where}`;
  const coded = targetError(error, doing);
  if (coded.code === 'MACHINE_LIMIT') return coded;
  const { facts } = coded;
  if (mayNotEnter(error, login)) {
    const { code, hint } = mayNotConnect(ident(login.client.database ?? ''), ident(login.client.user ?? ''));
    return new MigrationError(code, coded.message, { hint, facts, cause: coded.cause });
  }
  const fault = loginFaultOf(error, login);
  if (fault === null) return coded;
  const { code, hint } = fault;
  return new MigrationError(code, `${doing} failed: ${fault.fault}`, { hint, facts, cause: saidAtLogin(error) });
}

/** The server words it in its own language, but names the database in each. */
function mayNotEnter(error: unknown, { client }: Login): boolean {
  return sqlStateOf(error) === NOT_ALLOWED && (error as Error).message.includes(client.database ?? '');
}

function loginFaultOf(error: unknown, { client, url }: Login): LoginFault | null {
  const state = sqlStateOf(error);
  if (state === null) return faultOfDriver(error) ?? faultOfAnswer(error, client);
  if (state !== WRONG_PASSWORD || hasPassword(url)) return faultOfServer(state, (error as Error).message);
  return (client.password ?? '') === '' ? NO_PASSWORD : PASSWORD_FROM_ELSEWHERE;
}

/** A connection that is not made, or that breaks off, says nothing of what answers. */
function faultOfAnswer(error: unknown, { connection }: Login['client']): LoginFault | null {
  if (!isConnectionLoss(error)) return isOfThisSide(error) ? null : NOT_POSTGRES;
  const isLate = error instanceof Error && error.message.includes('timeout expired');
  return isLate && (connection.stream as Partial<Socket>).bytesRead !== 0 ? LOGIN_TOO_SLOW : null;
}

/** The system, or TLS, has refused the connection. */
function isOfThisSide(error: unknown): boolean {
  return tlsFaultOf(error) !== null || (error as Partial<NodeJS.ErrnoException>).syscall !== undefined;
}

/** No row is quoted before there is a session, except by a trigger on login. */
function saidAtLogin(error: unknown): unknown {
  if (!(error instanceof DatabaseError)) return error;
  return error.code?.startsWith('P0') === true ? undefined : withoutValues(error);
}

/** As the driver reads it: the last @ ends it, and a URL without a host is one. */
function hasPassword(url: string): boolean {
  const written = url.replace('@/', '@localhost/');
  if (!URL.canParse(written)) return false;
  const { password, searchParams } = new URL(written);
  return password !== '' || (searchParams.get('password') ?? '') !== '';
}

/** The parser's own message quotes the URL, password included, so it is not passed on; that of a file names its path. */
export function urlInvalid(error: unknown): MigrationError {
  const { code, path } = error as Partial<NodeJS.ErrnoException>;
  if (code !== undefined && path !== undefined) return fileUnreadable(path, code);
  // Of a folder Node does not name the path.
  if (code === 'EISDIR') return fileUnreadable('a folder', code);
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
