import { OraError } from '../../contract/ora-error';
import { malformedMessage } from '../format/buffer-reader';
import type { BufferWriter } from '../format/buffer-writer';
import type { Slice } from './slice';

const SPACE = 0x20;
const PLUS = 0x2b;
const MINUS = 0x2d;
const POINT = 0x2e;
const COLON = 0x3a;
const LETTER_B = 0x42;

/** The moment in hand. Reused: encoding is synchronous. */
const parsed = {
  year: 0,
  month: 1,
  day: 1,
  hour: 0,
  minute: 0,
  second: 0,
  nanoseconds: 0,
  offsetMinutes: 0,
};

const position = { at: 0, end: 0 };

function notADate(slice: Slice): OraError {
  const text = slice.bytes.toString('utf8', slice.at, slice.at + slice.length);
  return new OraError(1841, `(full) year must be between -4713 and +9999, and not be 0 (stored value '${text}')`);
}

function digits(bytes: Buffer): number {
  let value = 0;
  while (position.at < position.end) {
    const digit = (bytes[position.at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
    position.at++;
  }
  return value;
}

function takes(bytes: Buffer, byte: number): boolean {
  if (position.at >= position.end || bytes[position.at] !== byte) return false;
  position.at++;
  return true;
}

function parseTime(bytes: Buffer): void {
  parsed.hour = digits(bytes);
  parsed.minute = takes(bytes, COLON) ? digits(bytes) : 0;
  parsed.second = takes(bytes, COLON) ? digits(bytes) : 0;
  parsed.nanoseconds = 0;
  if (!takes(bytes, POINT)) return;
  const start = position.at;
  const fraction = digits(bytes);
  parsed.nanoseconds = Math.floor(fraction * 10 ** (9 - (position.at - start)));
}

function parseOffset(bytes: Buffer): void {
  const sign = bytes[position.at] === MINUS ? -1 : 1;
  if (!takes(bytes, PLUS) && !takes(bytes, MINUS)) return;
  const hours = digits(bytes);
  const minutes = takes(bytes, COLON) ? digits(bytes) : 0;
  parsed.offsetMinutes = sign * (hours * 60 + minutes);
}

/** `YYYY-MM-DD[ HH:MM:SS[.f]][ ][+HH[:MM]][ BC]`, as PostgreSQL prints dates and as the stand-in stores long timestamps. */
function parse(slice: Slice): void {
  const { bytes } = slice;
  position.at = slice.at;
  position.end = slice.at + slice.length;
  const negative = takes(bytes, MINUS);
  parsed.year = digits(bytes) * (negative ? -1 : 1);
  if (!takes(bytes, MINUS)) throw notADate(slice);
  parsed.month = digits(bytes);
  if (!takes(bytes, MINUS)) throw notADate(slice);
  parsed.day = digits(bytes);
  parsed.hour = parsed.minute = parsed.second = parsed.nanoseconds = parsed.offsetMinutes = 0;
  if (position.at + 2 < position.end && bytes[position.at + 1] !== LETTER_B) {
    position.at++;
    parseTime(bytes);
    if (bytes[position.at] === SPACE && bytes[position.at + 1] !== LETTER_B) position.at++;
    parseOffset(bytes);
  }
  if (takes(bytes, SPACE) && takes(bytes, LETTER_B)) parsed.year = -parsed.year;
  if (parsed.year < -4713 || parsed.year > 9999) throw notADate(slice);
}

/** The seven bytes of a DATE at `out.length`, from `parsed`. */
function putDate(out: BufferWriter): void {
  const { bytes } = out;
  const at = out.length;
  bytes[at] = Math.trunc(parsed.year / 100) + 100;
  bytes[at + 1] = (parsed.year % 100) + 100;
  bytes[at + 2] = parsed.month;
  bytes[at + 3] = parsed.day;
  bytes[at + 4] = parsed.hour + 1;
  bytes[at + 5] = parsed.minute + 1;
  bytes[at + 6] = parsed.second + 1;
  out.length = at + 7;
}

function putNanoseconds(out: BufferWriter): void {
  out.length = out.bytes.writeUInt32BE(parsed.nanoseconds, out.length);
}

/** Date text → length byte and 7 bytes; a fraction or offset is dropped. Needs 14 reserved bytes, as all of these. */
export function encodeDate(slice: Slice, out: BufferWriter): void {
  parse(slice);
  out.bytes[out.length++] = 7;
  putDate(out);
}

/** Timestamp text → length byte and 7 bytes, or 11 when it has a fraction. */
export function encodeTimestamp(slice: Slice, out: BufferWriter): void {
  parse(slice);
  const long = parsed.nanoseconds !== 0;
  out.bytes[out.length++] = long ? 11 : 7;
  putDate(out);
  if (long) putNanoseconds(out);
}

/** Text in UTC with the original offset behind it → length byte and 13 bytes. */
export function encodeTimestampTz(slice: Slice, out: BufferWriter): void {
  parse(slice);
  out.bytes[out.length++] = 13;
  putDate(out);
  putNanoseconds(out);
  out.bytes[out.length++] = Math.trunc(parsed.offsetMinutes / 60) + 20;
  out.bytes[out.length++] = (parsed.offsetMinutes % 60) + 60;
}

/** A DATE or TIMESTAMP as it came in a bind. Years BC are negative, as Oracle counts them (no year 0). */
export interface Moment {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nanoseconds: number;
  /** Of TIMESTAMP WITH TIME ZONE only: the fields are in UTC, this is where they came from. */
  readonly offsetMinutes?: number;
}

/** 7, 11 or 13 bytes (without length) of a DATE, TIMESTAMP or TIMESTAMP WITH TIME ZONE. */
export function decodeMoment(bytes: Buffer): Moment {
  if (bytes.length !== 7 && bytes.length !== 11 && bytes.length !== 13) {
    throw malformedMessage(`date of ${bytes.length} bytes`);
  }
  const [century = 0, year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = bytes;
  const moment = {
    year: (century - 100) * 100 + (year - 100),
    month,
    day,
    hour: hour - 1,
    minute: minute - 1,
    second: second - 1,
    nanoseconds: bytes.length > 7 ? bytes.readUInt32BE(7) : 0,
  };
  if (bytes.length < 13) return moment;
  return { ...moment, offsetMinutes: ((bytes[11] ?? 20) - 20) * 60 + (bytes[12] ?? 60) - 60 };
}

const two = (value: number): string => String(value).padStart(2, '0');

/** `YYYY-MM-DD HH:MM:SS[.fffffffff][ BC]`, read by PostgreSQL and by `encodeTimestamp`. */
export function momentText(moment: Moment): string {
  const year = String(Math.abs(moment.year)).padStart(4, '0');
  const fraction = moment.nanoseconds === 0 ? '' : `.${String(moment.nanoseconds).padStart(9, '0')}`;
  const time = `${two(moment.hour)}:${two(moment.minute)}:${two(moment.second)}${fraction}`;
  return `${year}-${two(moment.month)}-${two(moment.day)} ${time}${moment.year < 0 ? ' BC' : ''}`;
}

/** `+HH:MM` */
export function offsetText(offsetMinutes: number): string {
  const size = Math.abs(offsetMinutes);
  return `${offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** The same moment, `minutes` later; used to bring UTC into a session's time zone. */
export function shiftMoment(moment: Moment, minutes: number): Moment {
  if (minutes === 0) return moment;
  const date = new Date(0);
  // Date counts a year 0 between 1 BC and 1 AD, Oracle does not
  date.setUTCFullYear(moment.year < 0 ? moment.year + 1 : moment.year, moment.month - 1, moment.day);
  date.setUTCHours(moment.hour, moment.minute + minutes, moment.second);
  const year = date.getUTCFullYear();
  return {
    year: year <= 0 ? year - 1 : year,
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    nanoseconds: moment.nanoseconds,
  };
}
