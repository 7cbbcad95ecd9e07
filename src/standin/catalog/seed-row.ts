import { OraError } from '../contract/ora-error';
import type { OracleColumn } from '../contract/translation';
import { kindOf, type Kind } from '../sql/values/kind';
import { decodeLegacy, RAW_BYTE_BASE } from './dictionary/charset';

/** A value to seed. A Buffer for a character column holds the legacy bytes; dates are `YYYY-MM-DD HH:MM:SS[.fffffffff][ +HH:MM]`, BC years negative. */
export type LegacyValue = string | number | Buffer;

/** Writes one value of a column in PostgreSQL's COPY text format, without escapes for NULL. */
export type EncodeValue = (value: LegacyValue | null) => string;

const NULL = '\\N';
const ESCAPED = /[\\\n\r\t]/g;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
const NUL = String.fromCodePoint(RAW_BYTE_BASE);

function escaped(text: string): string {
  return text.replace(ESCAPED, (character) => ESCAPES[character] ?? character);
}

function characters(column: OracleColumn, characterSet: string): (value: LegacyValue) => string {
  const pads = column.type === 'CHAR' || column.type === 'NCHAR';
  const length = column.length ?? 1;
  const isBytes = pads && column.charUsed === 'B' && characterSet === 'AL32UTF8';
  return (value) => {
    const text = Buffer.isBuffer(value) ? decodeLegacy(value, characterSet) : String(value).replaceAll('\0', NUL);
    if (text === '') return NULL;
    if (!pads) return escaped(text);
    return escaped(isBytes ? text + ' '.repeat(Math.max(0, length - Buffer.byteLength(text))) : text.padEnd(length));
  };
}

function bytes(value: LegacyValue): string {
  if (value.toString() === '' && !Buffer.isBuffer(value)) return NULL;
  return `\\\\x${Buffer.isBuffer(value) ? value.toString('hex') : value}`;
}

const MOMENT = /^\s*(-?)(\d{1,4})(-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?)?\s*([+-]\d\d:\d\d)?\s*$/;

interface Moment {
  readonly sign: string;
  /** `YYYY-MM-DD HH:MM:SS`. */
  readonly seconds: string;
  readonly fraction: string;
  readonly offset: string;
}

function moment(value: LegacyValue): Moment {
  const match = MOMENT.exec(String(value));
  if (match === null) throw new OraError(1861, 'literal does not match format string');
  const [, sign = '', year = '', day = '', time = '00:00:00', fraction = '', offset = '+00:00'] = match;
  return {
    sign,
    seconds: `${year.padStart(4, '0')}${day} ${time.length === 5 ? `${time}:00` : time}`,
    fraction,
    offset,
  };
}

function timestamp(value: LegacyValue): string {
  const { sign, seconds, fraction } = moment(value);
  return `${seconds}${fraction === '' ? '' : `.${fraction}`}${sign === '-' ? ' BC' : ''}`;
}

function nanoseconds(value: LegacyValue): string {
  const { sign, seconds, fraction } = moment(value);
  return `${sign}${seconds}.${fraction.padEnd(9, '0')}`;
}

/** The text holds local time and its offset; what is stored is UTC and the offset. */
function zoned(value: LegacyValue): string {
  const { sign, seconds, fraction, offset } = moment(value);
  const minutes = (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4))) * (offset.startsWith('-') ? -1 : 1);
  const utc = minutes === 0 ? seconds : shifted(seconds, -minutes);
  return `${sign}${utc}.${fraction.padEnd(9, '0')} ${offset}`;
}

function shifted(seconds: string, minutes: number): string {
  const moved = new Date(Date.parse(`${seconds.replace(' ', 'T')}Z`) + minutes * 60_000);
  return moved.toISOString().slice(0, 19).replace('T', ' ');
}

function plain(value: LegacyValue): string {
  return String(value) === '' ? NULL : String(value);
}

const ENCODE: Partial<Readonly<Record<Kind, (value: LegacyValue) => string>>> = {
  number: plain,
  double: plain,
  date: timestamp,
  timestamp,
  timestamp9: nanoseconds,
  timestamptz: zoned,
  raw: bytes,
  blob: bytes,
};

/** How values of a column are written: CHAR padded, '' NULL, odd bytes mapped. */
export function columnEncoder(column: OracleColumn, characterSet: string): EncodeValue {
  const encode = column.type === 'LONG RAW' ? bytes : (ENCODE[kindOf(column)] ?? characters(column, characterSet));
  return (value) => (value === null || value === '' ? NULL : encode(value));
}
