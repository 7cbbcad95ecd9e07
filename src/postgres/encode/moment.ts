/** A moment as it is written; filled anew for each value. */
export interface Moment {
  /** Astronomical: 1 BC is 0. */
  year: number;
  month: number;
  day: number;
  /** Seconds since midnight; NaN when a part is out of its range. */
  seconds: number;
  /** Millionths. */
  micros: number;
  /** Decimals of the second that are not trailing zeros; 0–9. */
  decimals: number;
  hasTime: boolean;
  /** Seconds east of Greenwich; null where none is written, NaN where it is none. */
  offset: number | null;
}

const HYPHEN = 45;
const COLON = 58;
const BLANK = 32;
const LETTER_T = 84;
const DATE_LENGTH = 10;
const SECOND_LENGTH = 19;
/** Of an offset: seconds only behind minutes with a colon, as the server has it. */
const FULL =
  /^(\d{4,7})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))? ?(?:(Z)|([+-])(\d\d)(?::?(\d\d)(?:(?<=:\d\d):(\d\d))?)?)?)?( BC)?$/;

export function emptyMoment(): Moment {
  return { year: 0, month: 0, day: 0, seconds: 0, micros: 0, decimals: 0, hasTime: false, offset: null };
}

/** Reads `YYYY-MM-DD[ HH:MM:SS[.f][offset]][ BC]`; false when the text has another form. */
export function readMoment(text: string, moment: Moment): boolean {
  return readCommon(text, moment) || readAny(text, moment);
}

/** Seconds since midnight, or NaN: 24:00:00 and a leap second are no time of day here. */
export function secondsOf(hours: number, minutes: number, seconds: number): number {
  return hours < 24 && minutes < 60 && seconds < 60 ? hours * 3600 + minutes * 60 + seconds : NaN;
}

/** The form that nearly all values have, without the cost of an expression: a date, and perhaps a time to the second. */
function readCommon(text: string, moment: Moment): boolean {
  const { length } = text;
  if (length !== DATE_LENGTH && length !== SECOND_LENGTH) return false;
  if (text.charCodeAt(4) !== HYPHEN || text.charCodeAt(7) !== HYPHEN) return false;
  moment.year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  // There is no year 0; the general form says so.
  if (moment.year === 0) return false;
  moment.month = twoDigits(text, 5);
  moment.day = twoDigits(text, 8);
  moment.seconds = 0;
  moment.micros = 0;
  moment.decimals = 0;
  moment.offset = null;
  moment.hasTime = length === SECOND_LENGTH;
  const dateSum = moment.year + moment.month + moment.day;
  if (length === DATE_LENGTH) return !Number.isNaN(dateSum);
  const between = text.charCodeAt(10);
  if (between !== BLANK && between !== LETTER_T) return false;
  if (text.charCodeAt(13) !== COLON || text.charCodeAt(16) !== COLON) return false;
  const hours = twoDigits(text, 11);
  const minutes = twoDigits(text, 14);
  const seconds = twoDigits(text, 17);
  moment.seconds = secondsOf(hours, minutes, seconds);
  return !Number.isNaN(dateSum + hours + minutes + seconds);
}

function readAny(text: string, moment: Moment): boolean {
  const parts = FULL.exec(text);
  if (parts === null) return false;
  const [, year = '', month, day, hours, minutes, seconds, fraction = '', zulu, sign] = parts;
  moment.year = parts[13] === undefined ? Number(year) : 1 - Number(year);
  if (Number(year) === 0) moment.year = NaN;
  moment.month = Number(month);
  moment.day = Number(day);
  moment.hasTime = hours !== undefined;
  moment.seconds = moment.hasTime ? secondsOf(Number(hours), Number(minutes), Number(seconds)) : 0;
  moment.micros = Number(fraction.slice(0, 6).padEnd(6, '0'));
  moment.decimals = fraction.replace(/0+$/, '').length;
  moment.offset = null;
  if (zulu !== undefined) moment.offset = 0;
  if (sign !== undefined) moment.offset = offsetOf(sign, parts.slice(10, 13));
  return true;
}

function offsetOf(sign: string, [hours, minutes, seconds]: readonly (string | undefined)[]): number {
  const [minute, second] = [Number(minutes ?? 0), Number(seconds ?? 0)];
  // As the server has it: 99 minutes are no part of an offset.
  if (minute > 59 || second > 59) return NaN;
  const size = Number(hours) * 3600 + minute * 60 + second;
  return sign === '-' ? -size : size;
}

function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
}
