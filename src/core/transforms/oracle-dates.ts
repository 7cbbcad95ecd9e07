import { ValueRejected } from '../errors';
import type { CanonicalDate, CanonicalTimestamp, DateText, TimestampText } from '../mapping/wire';
import { isCalendarDay } from './calendar';
import { alteration, transform } from '../mapping/transform';

/** Sign, day, time, fraction and offset as the legacy reader writes them. */
const ORACLE_TIME = /^[ +-]\d{4}-\d\d-\d\d (?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?: [+-]\d\d:\d\d)?$/;
const DAY_END = 11;
const TIME_END = 20;
const MICROSECONDS_END = 27;

/**
 * The day of a DATE or TIMESTAMP, or of the local time that `inZone` gives, for a `date` column; a time of day other than midnight turns the
 * row away.
 */
export const oracleDate = transform(
  'oracleDate',
  [],
  (given: DateText | TimestampText | CanonicalTimestamp): CanonicalDate => {
    const value = asRead(given);
    const bc = checkedEra(value);
    if (/[1-9]/.test(timeOfDay(value))) throw new ValueRejected('has a time of day');
    return (value.slice(1, DAY_END) + (bc ? ' BC' : '')) as CanonicalDate;
  },
  { gives: 'date', zone: 'dropped' },
);

/**
 * A DATE or TIMESTAMP [WITH TIME ZONE] for a `timestamp` or `timestamptz` column, with six decimals where any is not zero and
 * the offset behind. Digits 7 to 9 that are not zero turn the row away: chain `timestampToMicroseconds` before it to cut them.
 */
export const oracleTimestamp = transform(
  'oracleTimestamp',
  [],
  (value: DateText | TimestampText): CanonicalTimestamp => {
    const bc = checkedEra(value);
    const base = value.slice(1, TIME_END);
    if (value.length === TIME_END) return (bc ? `${base} BC` : base) as CanonicalTimestamp;
    const zone = value.indexOf(' ', TIME_END);
    const fraction = value.slice(TIME_END, zone === -1 ? value.length : zone);
    const offset = zone === -1 ? '' : value.slice(zone + 1);
    return `${base}${microseconds(fraction)}${offset}${bc ? ' BC' : ''}` as CanonicalTimestamp;
  },
  { gives: 'timestamp', zone: 'kept' },
);

/** Cuts digits 7 to 9 of a second, counted as a change where they were not zero; chain `oracleTimestamp` behind it. */
export const timestampToMicroseconds = alteration(
  'timestampToMicroseconds',
  [],
  (value: TimestampText): TimestampText => {
    const zone = value.indexOf(' ', TIME_END);
    const end = zone === -1 ? value.length : zone;
    if (end <= MICROSECONDS_END || !/[1-9]/.test(value.slice(MICROSECONDS_END, end))) return value;
    return (value.slice(0, MICROSECONDS_END) + value.slice(end)) as TimestampText;
  },
  { gives: 'same' },
);

/** Cuts digits 7 to 9 of the seconds of an INTERVAL DAY TO SECOND, counted as a change where they were not zero. */
export const intervalToMicroseconds = alteration(
  'intervalToMicroseconds',
  [],
  (value: string): string => {
    const parts = INTERVAL_SECONDS.exec(value);
    return parts !== null && /[1-9]/.test(parts[2] ?? '') ? (parts[1] ?? '') : value;
  },
  { gives: 'same' },
);

const INTERVAL_SECONDS = /^([+-]?\d+ \d\d:\d\d:\d\d\.\d{6})(\d{1,3})$/;

/** The first moment of a day, for a text date that fills a timestamp. */
export const atMidnight = transform(
  'atMidnight',
  [],
  (value: CanonicalDate): CanonicalTimestamp => {
    const bc = value.endsWith(' BC');
    return `${bc ? value.slice(0, -3) : value} 00:00:00${bc ? ' BC' : ''}` as CanonicalTimestamp;
  },
  { gives: 'timestamp', zone: 'kept' },
);

/** A canonical time as the legacy reader would write it. */
function asRead(value: string): string {
  const first = value.charCodeAt(0);
  if (first < 0x30 || first > 0x39) return value;
  return value.endsWith(' BC') ? `-${value.slice(0, -3)}` : ` ${value}`;
}

/** Whether the time lies before our era; turns away what PostgreSQL's calendar does not have. */
function checkedEra(value: string): boolean {
  if (!ORACLE_TIME.test(value)) throw new ValueRejected('not a date');
  const bc = value.charCodeAt(0) === 0x2d;
  const year = twoDigits(value, 1) * 100 + twoDigits(value, 3);
  const day = { year, month: twoDigits(value, 6), day: twoDigits(value, 9), bc };
  if (!isCalendarDay(day)) throw new ValueRejected('not a day of the calendar');
  return bc;
}

function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - 0x30) * 10 + text.charCodeAt(at + 1) - 0x30;
}

function timeOfDay(value: string): string {
  const zone = value.indexOf(' ', TIME_END);
  return value.slice(DAY_END, zone === -1 ? value.length : zone);
}

/** `.120000000` becomes `.120000`, all zeros become nothing; finer than microseconds turns the row away. */
export function microseconds(fraction: string): string {
  if (!/[1-9]/.test(fraction)) return '';
  if (/[1-9]/.test(fraction.slice(7))) throw new ValueRejected('finer than microseconds');
  return fraction.slice(0, 7).padEnd(7, '0');
}
