import type { LockWait } from '../../core/waits/wait-text';
import { lockOf } from './lock-holders';
import { DatabaseError } from 'pg';
import { MigrationError, type ErrorFacts } from '../../core/errors';
import { isTooManyFiles, tooManyFiles } from '../../core/faults/machine-limits';
import { tlsFaultOf } from '../../core/faults/tls-fault';
import { MEANINGS, networkMeaning, OTHERWISE, TLS_MEANINGS, WANTS_TLS, type Meaning } from './meanings';
import { isOfRow, mayBeOfRow } from './row-states';

const NETWORK = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'ECONNABORTED',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EAI_AGAIN',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_DESTROYED',
]);
const NETWORK_MESSAGE =
  /connection terminated|connection ended|not queryable|client was closed|timeout expired|ENOENT/i;

/** The SQLSTATE of a driver error; null for anything else. */
export function sqlStateOf(error: unknown): string | null {
  return error instanceof DatabaseError ? (error.code ?? null) : null;
}

/** Whether the target refused the data (a value, a constraint, a limit of the server's, a trigger's own exception), not the statement. */
export function isDataFault(error: unknown): error is DatabaseError {
  const state = sqlStateOf(error);
  return state !== null && isOfRow(state);
}

/** Whether a single row may be to blame: a function that an index or a check calls can raise any state of its own. */
export function mayBeDataFault(error: unknown): error is DatabaseError {
  const state = sqlStateOf(error);
  return state !== null && mayBeOfRow(state);
}

/** A deadlock or a failed serialisation: the same transaction may succeed when it is repeated. */
export function isRepeatable(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state === '40P01' || state === '40001';
}

const LOST_STATES = new Set(['57P01', '57P02', '57P03', '57P05']);

/** Whether the session is gone. */
export function isConnectionLoss(error: unknown): boolean {
  if (error instanceof MigrationError) return error.code === 'TARGET_UNREACHABLE';
  const state = sqlStateOf(error);
  if (state !== null) return LOST_STATES.has(state) || state.startsWith('08');
  if (tlsFaultOf(error) !== null) return false;
  if (typeof error !== 'object' || error === null) return false;
  const { code, message } = error as Partial<NodeJS.ErrnoException>;
  return (code !== undefined && NETWORK.has(code)) || (message !== undefined && NETWORK_MESSAGE.test(message));
}

/** The coded error for whatever went wrong while `doing` (e.g. `loading coil, chunk 3`); coded errors pass unchanged. */
export function targetError(error: unknown, doing: string): MigrationError {
  if (error instanceof MigrationError) return error;
  if (isTooManyFiles(error)) return tooManyFiles(doing);
  const state = sqlStateOf(error);
  const fault = state === null ? tlsFaultOf(error) : null;
  const { code, hint } = fault === null ? meaningOfError(error, state) : TLS_MEANINGS[fault];
  const facts = { doing, ...databaseFacts(error) };
  const lock = lockOf(error);
  if (lock !== null) return lockNotFree(doing, lock, facts);
  const why = fault === null ? '' : `: ${TLS_MEANINGS[fault].message}`;
  const message = `${doing} failed${state === null ? why : ` with SQLSTATE ${state}`}`;
  const cause = quotable(error);
  return new MigrationError(code, message, cause === null ? { hint, facts } : { hint, facts, cause });
}

function meaningOfError(error: unknown, state: string | null): Meaning {
  if (state === '28000' && error instanceof Error && /no encryption|SSL off/.test(error.message)) return WANTS_TLS;
  if (state !== null) return meaningOf(state);
  return isConnectionLoss(error) ? networkMeaning(networkCode(error)) : OTHERWISE;
}

/** A connection that the driver gave up waiting for has no code. */
function networkCode(error: unknown): string | undefined {
  const { code, message = '' } = error as Partial<NodeJS.ErrnoException>;
  return code ?? (message.includes('timeout expired') ? 'ETIMEDOUT' : undefined);
}

/** A lock that was seen while it was waited for, with whom it is held by. */
function lockNotFree(doing: string, { on, holder }: LockWait, facts: ErrorFacts): MigrationError {
  const lock = on === null ? 'a lock' : `a lock on ${on}`;
  return new MigrationError('LOAD_FAILED', `${doing} failed: ${lock} is held by ${holder}`, {
    hint: 'End that session (pg_terminate_backend with its number) or wait for it; --lock-timeout says how long a lock is waited for.',
    facts,
  });
}

/** Of a lock that was waited for no longer. */
export const LOCK_NOT_AVAILABLE = '55P03';
/** Of a right that the user does not have. */
export const NOT_ALLOWED = '42501';

/** Classes in which the server words its messages itself, of names and settings; any other may be a trigger's, or quote a value. */
const WITHOUT_VALUES = new Set(['08', '25', '28', '3D', '40', '42', '53', '55', '57', '58']);
/** Of those: by which types of extensions (hstore, ltree) say what is wrong with a value, in its own words. */
const SYNTAX_ERROR = '42601';

/** What of an error may become a cause. `where`, `detail` and `hint` never do: during a COPY they quote the row whatever the error is. */
function quotable(error: unknown): unknown {
  if (!(error instanceof DatabaseError)) return error;
  const { code = '' } = error;
  return WITHOUT_VALUES.has(code.slice(0, 2)) && code !== SYNTAX_ERROR ? withoutValues(error) : null;
}

/** Its message alone. */
export function withoutValues({ code, message, severity, length, name }: DatabaseError): DatabaseError {
  return Object.assign(new DatabaseError(message, length, name), { code, severity });
}

/** Runs `work`; whatever it throws leaves as a coded error. */
export async function translating<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw targetError(error, doing);
  }
}

/** Where no row passes, a state that may be one row's is the table's: a function that is gone, a trigger that is broken. */
export function everyRowRefused(state: string): MigrationError {
  const { code, hint } = meaningOf(state);
  return new MigrationError(code, `every row is refused with SQLSTATE ${state}`, { hint, facts: { sqlState: state } });
}

function meaningOf(state: string): Meaning {
  return MEANINGS[state] ?? MEANINGS[state.slice(0, 2)] ?? OTHERWISE;
}

function databaseFacts(error: unknown): ErrorFacts {
  if (!(error instanceof DatabaseError)) return {};
  const { code = null, table = null, column = null, constraint = null } = error;
  return { sqlState: code, table, column, constraint };
}
