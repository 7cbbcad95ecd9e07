import { MigrationError } from '../../core/errors';
import { tooManyFiles } from '../../core/faults/machine-limits';
import { tlsFaultOf } from '../../core/faults/tls-fault';
import type { OracleSettings } from './driver';
import { CONNECTING } from './meanings/connecting';
import type { Meaning, Meanings } from './meanings/meaning';
import { READING } from './meanings/reading';
import { NO_WALLET, TLS, TLS_FAULTS } from './meanings/tls';

/** What each number means stands in `meanings/`, by the time at which it comes: an error is added there. */
const MEANINGS: Meanings = { ...CONNECTING, ...TLS, ...READING };

/** A failure of the driver or of the legacy database, in our words. */
class OracleFailure extends MigrationError {
  constructor(
    /** Null for what is no driver error. */
    readonly number: string | null,
    { code, message, hint, remedy }: Omit<Meaning, 'quote' | 'hintByConnectString'>,
  ) {
    super(code, message, { hint, ...(remedy === undefined ? {} : { remedy }), facts: { number } });
  }
}

/** Numbers that only say that something failed: why it did is the number that follows in the text. */
const WRAPPERS = new Set(['ORA-12801', 'ORA-00604', 'NJS-500', 'NJS-501', 'NJS-503', 'NJS-506', 'NJS-511']);

/** The number that decides what an error means: `ORA-00942`, `NJS-503`, `DPI-1047`; null for what is no driver error. */
export function errorNumber(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const numbers: readonly string[] = error.message.match(/\b(?:ORA|NJS|DPI|TNS)-\d{3,5}\b/g) ?? [];
  const [first = null] = numbers;
  if (first === null || !WRAPPERS.has(first)) return first;
  // A wrapper that has a meaning of its own is told by a reason that has none.
  const reasons = numbers.filter((number) => !WRAPPERS.has(number));
  return reasons.find((number) => number in MEANINGS) ?? (first in MEANINGS ? first : (reasons[0] ?? first));
}

/**
 * What a failure of the driver means to the user. The driver's error never becomes `cause`: a message of the application (ORA-20000
 * and others) may quote a row. `by`: the settings that the database was reached by, which the hint names.
 */
export function oracleError(
  error: unknown,
  doing: string,
  by: Pick<OracleSettings, 'connectString'> = {},
): MigrationError {
  if (error instanceof MigrationError) return error;
  if (isTooLongForText(error)) return longTooLong(doing);
  if (isOutOfFiles(error)) return tooManyFiles(doing);
  const number = errorNumber(error);
  const meaning = number === null ? undefined : meaningOf(error, number);
  if (number === null || meaning === undefined) return unexpected(number, doing);
  const quoted = meaning.quote === true ? driverWords(error, number) : '';
  return new OracleFailure(number, {
    ...meaning,
    hint: hintBy(by, meaning),
    message: `${doing}: ${meaning.message} (${number}${quoted})`,
  });
}

function hintBy({ connectString }: Pick<OracleSettings, 'connectString'>, meaning: Meaning): string {
  return connectString === undefined ? meaning.hint : (meaning.hintByConnectString ?? meaning.hint);
}

/** A failed handshake has its reason in the words of Node, and so has a wallet that is not there. */
function meaningOf(error: unknown, number: string): Meaning | undefined {
  const fault = number === 'NJS-506' ? tlsFaultOf(error) : null;
  if (fault !== null) return TLS_FAULTS[fault];
  if (number === 'NJS-512' && error instanceof Error && /\b(?:ENOENT|EACCES)\b.*ewallet\.pem/.test(error.message)) {
    return NO_WALLET;
  }
  return MEANINGS[number];
}

/** The driver makes one text of a LONG before anybody can ask for its length. */
function isTooLongForText(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === 'ERR_STRING_TOO_LONG';
}

/** Of a socket that could not be opened the driver quotes what the system said. */
function isOutOfFiles(error: unknown): boolean {
  return error instanceof Error && /\b(?:EMFILE|ENFILE)\b/.test(error.message) && !error.message.startsWith('ORA-');
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
  const lines = (error instanceof Error ? error.message : '').split('\n');
  const line = lines.find((candidate) => candidate.startsWith(`${number}:`)) ?? '';
  // The connection id is noise of the driver's making.
  return line.replace(/\s*\(CONNECTION_ID=[^)]*\)/, '').slice(number.length);
}

function unexpected(number: string | null, doing: string): MigrationError {
  return new OracleFailure(number, {
    code: 'SOURCE_READ_FAILED',
    message: `${doing}: the legacy database answered ${number ?? 'with an unknown error'}`,
    hint: number === null ? UNKNOWN : `${lookUp(number)} Mend the cause, then go on with \`cutover migrate --resume\`.`,
  });
}

const UNKNOWN = 'Run `cutover check --debug` and report what it prints.';

function lookUp(number: string): string {
  return number.startsWith('ORA-')
    ? `Read docs.oracle.com/error-help/db/${number.toLowerCase()}, and the alert log of the database.`
    : `Look ${number} up in the documentation of the driver (node-oracledb).`;
}
