import { DatabaseError } from 'pg';
import { MigrationError, type ErrorCode, type ErrorFacts } from '../../core/errors';
import { isOfRow, mayBeOfRow } from './row-states';

interface Meaning {
  readonly code: ErrorCode;
  readonly hint: string;
}

const UNREACHABLE: Meaning = {
  code: 'TARGET_UNREACHABLE',
  hint: 'Check that the target server is up and reachable.',
};
const LOGIN: Meaning = {
  code: 'TARGET_LOGIN_REFUSED',
  hint: 'Check user, password and database name in DATABASE_URL, and pg_hba.conf on the server.',
};

/** SQLSTATE, or its class (first two characters), to what it means for a run; the longest match counts. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  '08': UNREACHABLE,
  '57P01': UNREACHABLE,
  '57P02': UNREACHABLE,
  '57P03': UNREACHABLE,
  '57P05': UNREACHABLE,
  '53300': { code: 'TARGET_UNREACHABLE', hint: 'Raise max_connections on the target or use fewer lanes.' },
  '28': LOGIN,
  '3D000': LOGIN,
  '25006': { code: 'TARGET_READ_ONLY', hint: 'Connect to the primary server, with default_transaction_read_only off.' },
  '53100': { code: 'LOAD_FAILED', hint: 'Free disk space on the target server, then run again with --resume.' },
  '53': { code: 'LOAD_FAILED', hint: 'Give the target server more of the resource, then run again with --resume.' },
  '54000': {
    code: 'LOAD_FAILED',
    hint: 'A value is too long for an index or a row of its table: shorten it, or index an expression of it, then run again with --resume.',
  },
  '55000': {
    code: 'LOAD_FAILED',
    hint: 'See the cause. If it names a replica identity, a publication covers that table: have its owner run "alter table … replica identity full", then run it again.',
  },
  '55P03': {
    code: 'LOAD_FAILED',
    hint: 'End the session that holds the lock (see pg_locks and pg_stat_activity), then run again with --resume.',
  },
  '57014': { code: 'LOAD_FAILED', hint: 'Somebody cancelled the statement on the server; run again with --resume.' },
  '40': { code: 'LOAD_FAILED', hint: 'Stop other writers of the mapped tables, then run again with --resume.' },
  '42501': {
    code: 'TARGET_RIGHTS',
    hint: 'Grant the missing right to the user of DATABASE_URL, or connect as the owner of the tables; `cutover check` lists what a run needs (TARGET_RIGHTS), and what reset, repair and rejects retry need (TARGET_RIGHTS_LATER).',
  },
  '42': { code: 'LOAD_FAILED', hint: 'Compare the target schema with the entities: run `cutover check`.' },
  '22': { code: 'LOAD_FAILED', hint: 'Find the column in the facts and correct its mapping or the target type.' },
  '23': { code: 'LOAD_FAILED', hint: 'Find the constraint in the facts and correct the mapping or the rows.' },
};
const OTHERWISE: Meaning = { code: 'LOAD_FAILED', hint: 'Read the log of the target server.' };

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

/** Whether the session is gone. */
export function isConnectionLoss(error: unknown): boolean {
  const state = sqlStateOf(error);
  if (state !== null) return MEANINGS[state] === UNREACHABLE || state.startsWith('08');
  if (typeof error !== 'object' || error === null) return false;
  const { code, message } = error as Partial<NodeJS.ErrnoException>;
  return (code !== undefined && NETWORK.has(code)) || (message !== undefined && NETWORK_MESSAGE.test(message));
}

/** The coded error for whatever went wrong while `doing` (e.g. `loading coil, chunk 3`); coded errors pass unchanged. */
export function targetError(error: unknown, doing: string): MigrationError {
  if (error instanceof MigrationError) return error;
  const state = sqlStateOf(error);
  const { code, hint } = isConnectionLoss(error) && state === null ? UNREACHABLE : meaningOf(state);
  const facts = { doing, ...databaseFacts(error) };
  const message = `${doing} failed${state === null ? '' : ` with SQLSTATE ${state}`}`;
  const cause = quotable(error);
  return new MigrationError(code, message, cause === null ? { hint, facts } : { hint, facts, cause });
}

/** Classes in which the server words its messages itself, of names and settings; any other may be a trigger's, or quote a value. */
const WITHOUT_VALUES = new Set(['08', '25', '28', '3D', '40', '42', '53', '55', '57', '58']);
/** Of those: by which types of extensions (hstore, ltree) say what is wrong with a value, in its own words. */
const SYNTAX_ERROR = '42601';

/** What of an error may become a cause. `where`, `detail` and `hint` never do: during a COPY they quote the row whatever the error is. */
function quotable(error: unknown): unknown {
  if (!(error instanceof DatabaseError)) return error;
  const { code = '', message, severity, length, name } = error;
  if (!WITHOUT_VALUES.has(code.slice(0, 2)) || code === SYNTAX_ERROR) return null;
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

function meaningOf(state: string | null): Meaning {
  if (state === null) return OTHERWISE;
  return MEANINGS[state] ?? MEANINGS[state.slice(0, 2)] ?? OTHERWISE;
}

function databaseFacts(error: unknown): ErrorFacts {
  if (!(error instanceof DatabaseError)) return {};
  const { code = null, table = null, column = null, constraint = null } = error;
  return { sqlState: code, table, column, constraint };
}
