import { MigrationError, type ErrorCode, type Remedy } from '../../core/errors';

interface Meaning {
  readonly code: ErrorCode;
  /** What happened, in our words. */
  readonly message: string;
  readonly hint?: string;
  /** The driver's own first line names a host, a service or an identifier, never a value of a row: it is added. */
  readonly quote?: true;
  readonly remedy?: Remedy;
}

const unreachable = (message: string, hint: string): Meaning => ({
  code: 'SOURCE_UNREACHABLE',
  message,
  hint,
  quote: true,
});
/** A fault of the connect string: trying again cannot help. Its text may hold a password, so the driver's words stay out. */
const misconfigured = (message: string, hint: string): Meaning => ({ code: 'CONFIG_INVALID', message, hint });
const lost: Meaning = {
  code: 'SOURCE_UNREACHABLE',
  message: 'the connection to the legacy database was lost',
  hint: 'Check that the legacy database answers.',
};
const failed = (message: string, hint: string): Meaning => ({ code: 'SOURCE_READ_FAILED', message, hint });
const misworded = (message: string, hint: string): Meaning => ({ ...failed(message, hint), quote: true });
const snapshotLost = (message: string, hint: string): Meaning => ({ code: 'SNAPSHOT_LOST', message, hint });

const THICK =
  'Install Oracle Instant Client 19 and set ORACLE_CLIENT_LIB_DIR (21 only reaches 12.1 and later, 23 only 19c and later).';
const WAIT = 'Check host, port and firewall, and that the listener runs.';
const SERVICE = 'Check ORACLE_SERVICE; `lsnrctl services` on the database server lists the names.';
const PASSWORD = 'Check ORACLE_USER and ORACLE_PASSWORD.';
const GRANT = 'Ask for SELECT (and FLASHBACK) on it, and write the owner before the name: OWNER.TABLE.';
const PRIVILEGE =
  'Ask for SELECT and FLASHBACK on the mapped tables: `cutover check` names those that lack them, with the statements that grant them.';
const CONNECT_STRING =
  'Write ORACLE_CONNECT_STRING as host:port/service, or set ORACLE_HOST, ORACLE_PORT and ORACLE_SERVICE; user and password have settings of their own.';
const TNS_NAMES =
  'Check ORACLE_CONNECT_STRING, and set TNS_ADMIN to the folder of tnsnames.ora; host:port/service needs no such file.';
const CERTIFICATE = 'Check ORACLE_HOST against the certificate, or the DN in the connect string.';
const NEW_SNAPSHOT = 'go on with --resume --new-snapshot, which reads what is left at a new SCN.';
const UNDO = `Ask for a longer UNDO_RETENTION and a quieter hour. Rows of one moment need a new run (--restart); if two moments will do: ${NEW_SNAPSHOT}`;
const WHERE = 'Check the `where` of the mapping and --where against the table, and whether the table was altered.';

const MEANINGS: Readonly<Record<string, Meaning>> = {
  'ORA-01017': { code: 'SOURCE_LOGIN_REFUSED', message: 'user name or password was refused', hint: PASSWORD },
  'ORA-01005': { code: 'SOURCE_LOGIN_REFUSED', message: 'the password is empty', hint: PASSWORD },
  'NJS-101': { code: 'SOURCE_LOGIN_REFUSED', message: 'user name or password is missing', hint: PASSWORD },
  'ORA-28000': {
    code: 'SOURCE_LOGIN_REFUSED',
    message: 'the account is locked',
    hint: 'Ask a DBA: ALTER USER … ACCOUNT UNLOCK.',
  },
  'ORA-28001': {
    code: 'SOURCE_LOGIN_REFUSED',
    message: 'the password has expired',
    hint: 'Set a new one: ALTER USER … IDENTIFIED BY ….',
  },
  'ORA-01045': {
    code: 'SOURCE_LOGIN_REFUSED',
    message: 'the user may not open a session',
    hint: 'Ask for GRANT CREATE SESSION.',
  },

  'NJS-138': unreachable('the database is older than 12.1, which the driver reaches in Thick mode only', THICK),
  'NJS-116': unreachable('the account has a 10G password verifier, which the driver reads in Thick mode only', THICK),
  'NJS-118': unreachable(
    'Thick mode was asked for after a Thin connection was made',
    'Set ORACLE_CLIENT_LIB_DIR before the command starts.',
  ),
  'DPI-1047': unreachable(
    'the Oracle Client library cannot be loaded',
    'Check that ORACLE_CLIENT_LIB_DIR holds Instant Client 19 for this machine (libclntsh).',
  ),
  'DPI-1072': unreachable('the Oracle Client library is too old', THICK),
  'NJS-045': unreachable(
    'the driver has no Thick mode for this machine',
    'Use a machine for which `npm ls oracledb` has a binary.',
  ),
  'NJS-067': unreachable(
    'the driver has no Thick mode for this machine',
    'Use a machine for which `npm ls oracledb` has a binary.',
  ),
  'ORA-03134': unreachable('the Oracle Client library does not speak to a database this old', THICK),
  'NJS-518': unreachable('the listener does not know the service', SERVICE),
  'ORA-12514': unreachable('the listener does not know the service', SERVICE),
  'NJS-519': unreachable('the listener does not know the SID', SERVICE),
  'ORA-12505': unreachable('the listener does not know the SID', SERVICE),
  'NJS-511': unreachable('the listener refused the connection', SERVICE),
  'NJS-503': unreachable('the database server does not answer', WAIT),
  'NJS-530': unreachable('the host name is not known', 'Check ORACLE_HOST.'),
  'NJS-510': unreachable('the connection attempt timed out', WAIT),
  'NJS-123': unreachable('a call to the database timed out', WAIT),
  'ORA-12170': unreachable('the connection attempt timed out', WAIT),
  'ORA-12541': unreachable('no listener answers', WAIT),
  'ORA-12545': unreachable('the host name is not known', 'Check ORACLE_HOST.'),
  ...Object.fromEntries(
    ['NJS-512', 'NJS-514', 'NJS-515', 'NJS-522', 'NJS-125', 'ORA-12533', 'ORA-12543', 'ORA-12560'].map((number) => [
      number,
      misconfigured('the connect string cannot be read', CONNECT_STRING),
    ]),
  ),
  ...Object.fromEntries(
    ['NJS-516', 'NJS-517', 'NJS-520', 'ORA-12154', 'ORA-12162'].map((number) => [
      number,
      misconfigured('the net service name is not known', TNS_NAMES),
    ]),
  ),
  'ORA-12504': misconfigured('the connect string names no service', CONNECT_STRING),
  'NJS-505': unreachable(
    'the wallet or certificate cannot be used',
    'Check ORACLE_WALLET_DIR (it must hold ewallet.pem) and ORACLE_WALLET_PASSWORD.',
  ),
  'NJS-529': unreachable(
    'the wallet is not in PEM format',
    'ORACLE_WALLET_DIR must hold ewallet.pem, or use Thick mode.',
  ),
  'NJS-507': unreachable('the certificate of the server is of another name', CERTIFICATE),
  'NJS-508': unreachable('the certificate of the server is of another name', CERTIFICATE),
  'NJS-533': unreachable('the server demands Native Network Encryption, which only Thick mode has', THICK),
  'NJS-506': unreachable('the TLS handshake failed', 'Check ORACLE_WALLET_DIR and that the port is the TLS port.'),
  'NJS-040': unreachable('no session of the pool became free in time', 'Use fewer --lanes than the pool has sessions.'),
  'ORA-12518': unreachable('the listener cannot hand the connection on', WAIT),
  'ORA-12519': unreachable('the database has no free process', 'Use fewer --lanes, or ask for more PROCESSES.'),
  'ORA-12516': unreachable('the database has no free process', 'Use fewer --lanes, or ask for more PROCESSES.'),
  'ORA-12520': unreachable('the database has no free process', 'Use fewer --lanes, or ask for more PROCESSES.'),
  'ORA-00018': unreachable('the database allows no more sessions', 'Use fewer --lanes, or ask for more SESSIONS.'),
  'ORA-00020': unreachable('the database allows no more processes', 'Use fewer --lanes, or ask for more PROCESSES.'),
  'ORA-02391': unreachable('the profile allows no more sessions', 'Use fewer --lanes, or raise SESSIONS_PER_USER.'),
  'ORA-01033': unreachable('the database is starting or stopping', 'Try again when it is open.'),
  'ORA-01090': unreachable('the database is starting or stopping', 'Try again when it is open.'),
  'ORA-12528': unreachable('the database is starting or stopping', 'Try again when it is open.'),
  'ORA-01034': unreachable('the database is down', 'Try again when it is open.'),
  ...Object.fromEntries(
    [
      'ORA-00028',
      'ORA-01012',
      'ORA-01089',
      'ORA-01092',
      'ORA-02396',
      'ORA-02399',
      'ORA-03113',
      'ORA-03114',
      'ORA-03135',
      'ORA-12537',
      'ORA-12547',
      'ORA-12570',
      'ORA-12571',
    ].map((number) => [number, lost]),
  ),
  ...Object.fromEntries(
    ['NJS-500', 'NJS-501', 'NJS-521', 'NJS-003', 'DPI-1010', 'DPI-1080'].map((number) => [number, lost]),
  ),

  'ORA-00942': { ...failed('a table or view is missing, or not granted', GRANT), quote: true },
  'ORA-04043': { ...failed('an object is missing, or not granted', GRANT), quote: true },
  'ORA-01031': failed('a privilege is missing', PRIVILEGE),
  'ORA-00904': misworded('a column or function is not known', WHERE),
  'ORA-00936': misworded('an expression is missing in a condition', WHERE),
  'ORA-00933': misworded('a condition ends in the wrong place', WHERE),
  'ORA-00907': misworded('a parenthesis is missing in a condition', WHERE),
  'ORA-00920': misworded('a condition has no comparison', WHERE),
  'ORA-03001': misworded('the database does not support the statement', WHERE),
  'ORA-00911': misworded('a condition holds a character that has no meaning there', WHERE),
  'ORA-01722': failed('text that is no number was compared with a number', WHERE),
  'ORA-06502': failed(
    'text is longer than 2000 bytes and cannot be fetched as bytes',
    'Read the column as text, or widen it by a view that yields BLOB.',
  ),
  'NJS-119': misworded(
    'a column has a type that cannot be read as text',
    'Leave it out of the mapping, or read it through a view.',
  ),

  'ORA-01555': { ...snapshotLost('undo of the snapshot is overwritten', UNDO), remedy: 'smaller-pieces' },
  'ORA-22924': {
    ...snapshotLost(
      'undo of a LOB is overwritten',
      `${UNDO} LOBs keep undo of their own: RETENTION or PCTVERSION of the column.`,
    ),
    remedy: 'smaller-pieces',
  },
  'ORA-08180': snapshotLost('there is no snapshot for the SCN', UNDO),
  'ORA-08181': snapshotLost(
    'the SCN is not one of this database',
    `Check that the source is the same database. If it is, start anew with --restart, or ${NEW_SNAPSHOT}`,
  ),
  'ORA-08187': snapshotLost(
    'a flashback query is not possible here',
    'Read the base tables instead of views over V$ or remote tables.',
  ),
  'ORA-01466': failed(
    'the table was altered after the SCN of the run was taken',
    `Let no DDL run during a migration. If the mapping still fits it (\`cutover check\`): ${NEW_SNAPSHOT}`,
  ),
};

/** A failure of the driver or of the legacy database, in our words. */
class OracleFailure extends MigrationError {
  constructor(
    /** Null for what is no driver error. */
    readonly number: string | null,
    { code, message, hint, remedy }: Omit<Meaning, 'quote'>,
  ) {
    super(code, message, {
      ...(hint === undefined ? {} : { hint }),
      ...(remedy === undefined ? {} : { remedy }),
      facts: { number },
    });
  }
}

/** The number that decides what an error means: `ORA-00942`, `NJS-503`, `DPI-1047`; null for what is no driver error. */
export function errorNumber(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const numbers = error.message.match(/\b(?:ORA|NJS|DPI|TNS)-\d{3,5}\b/g) ?? [];
  // A broken connection is reported as NJS-500 with the server's reason behind it; ORA-12801 wraps a parallel server's reason.
  const first = numbers.find((number) => number !== 'ORA-12801' && number !== 'ORA-00604');
  return first ?? numbers[0] ?? null;
}

/**
 * What a failure of the driver means to the user. The driver's error never becomes `cause`: a message of the application (ORA-20000
 * and others) may quote a row.
 */
export function oracleError(error: unknown, doing: string): MigrationError {
  if (error instanceof MigrationError) return error;
  if (isTooLongForText(error)) return longTooLong(doing);
  const number = errorNumber(error);
  const meaning = number === null ? undefined : MEANINGS[number];
  if (number === null || meaning === undefined) return unexpected(number, doing);
  const quoted = meaning.quote === true ? driverWords(error, number) : '';
  return new OracleFailure(number, { ...meaning, message: `${doing}: ${meaning.message} (${number}${quoted})` });
}

/** The driver makes one text of a LONG before anybody can ask for its length. */
function isTooLongForText(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === 'ERR_STRING_TOO_LONG';
}

function longTooLong(doing: string): MigrationError {
  return new MigrationError('SOURCE_READ_FAILED', `${doing}: a value of a LONG is longer than any text of Node`, {
    hint: 'Leave the row out by `where`, or copy the table to one with a CLOB by TO_LOB and read that.',
  });
}

/** Whether the failure has one of these numbers. */
export function isOracleError(error: unknown, ...numbers: readonly string[]): boolean {
  const number = error instanceof OracleFailure ? error.number : errorNumber(error);
  return number !== null && numbers.includes(number);
}

function driverWords(error: unknown, number: string): string {
  const [line = ''] = (error instanceof Error ? error.message : '').split('\n');
  // The connection id is noise of the driver's making.
  const words = line.replace(/\s*\(CONNECTION_ID=[^)]*\)/, '');
  return words.startsWith(`${number}:`) ? words.slice(number.length) : '';
}

function unexpected(number: string | null, doing: string): MigrationError {
  const lookUp = number === null ? 'Run' : `Look up ${number} in Oracle's error messages, then run`;
  return new OracleFailure(number, {
    code: 'SOURCE_READ_FAILED',
    message: `${doing}: the legacy database answered ${number ?? 'with an unknown error'}`,
    hint: `${lookUp} \`cutover check\`.`,
  });
}
