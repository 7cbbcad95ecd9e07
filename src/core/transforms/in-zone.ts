import { MigrationError, ValueRejected } from '../errors';
import type { CanonicalDate, CanonicalTimestamp, DateText, TimestampText } from '../mapping/wire';
import { isCalendarDay } from './calendar';
import { microseconds, oracleTimestamp } from './oracle-dates';
import { secondsOfDay, textOfSeconds, yearOf } from './seconds';
import { choosing, type ChoosingField, type Transform } from '../mapping/transform';
import { rulesOfZone } from './zone-name';
import type { LocalTime, ZoneRules } from './zone-rules';
import { quotedText } from '../mapping/step-text';

const CHOICES = ['reject', 'earlier', 'later'] as const;
type Choice = (typeof CHOICES)[number];

export interface ZoneOptions {
  /**
   * A local time that the zone does not have, because clocks were set forward over it: `later` reads it by the offset before the gap (02:30
   * becomes 03:30), `earlier` by the one after it (01:30). `reject` where absent.
   */
  readonly gap?: Choice;
  /** A local time that the zone has twice, because clocks were set back: which of the two moments it is. `reject` where absent. */
  readonly fold?: Choice;
}

type Time = DateText | TimestampText | CanonicalDate | CanonicalTimestamp;

/**
 * States the time zone of the side that has none. A time without an offset stands in `zone` and becomes a moment, for a `timestamptz`; a time
 * with an offset becomes the local time of `zone`, for a `timestamp`, and stays the moment it is for a `timestamptz`. A day is its midnight. Takes an Oracle time as it is read, or what
 * `oracleDate`, `oracleTimestamp`, `dateFromText` and `atMidnight` make of one. Each choice by `gap` or `fold` is counted as a change.
 * Throws MAPPING_INVALID where there is no such zone.
 * @example from('CREATED', inZone('Europe/Paris', { gap: 'later', fold: 'earlier' }))
 */
export function inZone(zone: string, options: ZoneOptions = {}): Transform<Time, CanonicalTimestamp> {
  const { gap = 'reject', fold = 'reject' } = options;
  const choices = { zone, rules: rulesOfZone(zone), gap: checked('gap', gap), fold: checked('fold', fold) };
  return choosing(
    'inZone',
    [zone, gap, fold],
    (value: Time, field) => {
      const fraction = readTime(value);
      return (
        read.offset === null ? momentOf(choices, fraction, field) : shown(choices, fraction, field)
      ) as CanonicalTimestamp;
    },
    {
      gives: 'timestamp',
      zone: 'stated',
      usesZone: zone,
      shown: [quotedText(zone), `{ gap: '${gap}', fold: '${fold}' }`],
    },
  );
}

interface Choices {
  readonly zone: string;
  readonly rules: ZoneRules;
  readonly gap: Choice;
  readonly fold: Choice;
}

const found: LocalTime = { kind: 'once', earlier: 0, later: 0 };

function momentOf({ zone, rules, gap, fold }: Choices, fraction: string, { noteChange }: ChoosingField): string {
  rules.find(read, found);
  if (found.kind === 'once') return textOfSeconds(found.earlier, `${fraction}+00:00`);
  const choice = found.kind === 'gap' ? gap : fold;
  if (choice === 'reject') throw new ValueRejected(`${UNSURE[found.kind]} in ${zone}`);
  noteChange(`inZone ${found.kind}`);
  return textOfSeconds(choice === 'earlier' ? found.earlier : found.later, `${fraction}+00:00`);
}

const UNSURE = { gap: 'local time that does not exist', fold: 'local time that exists twice' } as const;

/** A moment for a column of moments needs no zone; any other column gets what the clocks of the zone showed. */
function shown(choices: Choices, fraction: string, field: ChoosingField): string {
  const utc = read.seconds - (read.offset ?? 0);
  if (field.holds === 'moments') return textOfSeconds(utc, `${fraction}+00:00`);
  return textOfSeconds(localOf(choices, utc, field), fraction);
}

/** A local time that exists twice does not say any more which moment it was: that is told, as a reject or as a change. */
function localOf({ zone, rules, fold }: Choices, utc: number, { noteChange }: ChoosingField): number {
  const local = utc + rules.offsetAt(utc);
  rules.find({ seconds: local, year: yearOf(local) }, found);
  if (found.kind === 'fold') {
    if (fold === 'reject') throw new ValueRejected(`${UNSURE.fold} in ${zone}`);
    noteChange('inZone fold');
  }
  return local;
}

/** What the last call of `readTime` read: local seconds, their astronomical year, and the offset in seconds where one is written. */
const read: { seconds: number; year: number; offset: number | null } = { seconds: 0, year: 0, offset: null };

const CANONICAL =
  /^(\d{4,6})-(\d\d)-(\d\d)(?:[ T]([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(\.\d{1,9})? ?(?:(Z)|([+-])(\d\d)(?::?(\d\d))?(?::?(\d\d))?)?)?( BC)?$/;

/** Reads a time into `read` and answers with the fraction of its second as it is written. */
function readTime(value: string): string {
  const common = readCommon(value);
  if (common !== null) return common;
  // An Oracle time begins with the sign of its year.
  const text = isDigit(value.charCodeAt(0)) ? value : oracleTimestamp(value as DateText);
  const parts = CANONICAL.exec(text);
  if (parts === null) throw new ValueRejected('not a date or timestamp');
  const [, year, month, day, hours = 0, minutes = 0, seconds = 0, fraction = ''] = parts;
  const bc = parts[13] !== undefined;
  const date = { year: Number(year), month: Number(month), day: Number(day), bc };
  if (!isCalendarDay(date)) throw new ValueRejected('not a day of the calendar');
  read.year = bc ? 1 - date.year : date.year;
  const midnight = secondsOfDay(read.year, date.month, date.day);
  read.seconds = midnight + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  read.offset = offsetOf(parts);
  return fraction;
}

const SECOND_LENGTH = 19;
const BLANK = 0x20;

/**
 * The form of nearly all values, without the cost of expressions: AD, without an offset. Null for any other, and where a part is out of range:
 * why, the general form says.
 */
function readCommon(text: string): string | null {
  const at = text.charCodeAt(0) === BLANK ? 1 : 0;
  if (!hasSigns(text, at)) return null;
  const year = twoDigits(text, at) * 100 + twoDigits(text, at + 2);
  const day = dayOf(year, twoDigits(text, at + 5), twoDigits(text, at + 8));
  const seconds = day + timeOf(text, at + 11);
  if (Number.isNaN(seconds)) return null;
  read.year = year;
  read.seconds = seconds;
  read.offset = null;
  if (text.length === at + SECOND_LENGTH) return '';
  return at === 1 && FRACTION.test(text) ? microseconds(text.slice(at + SECOND_LENGTH)) : null;
}

/** The first second of a day, or NaN. A day that not every month has is looked at closely. */
function dayOf(year: number, month: number, day: number): number {
  if (!(year >= 1 && month >= 1 && month <= 12 && day >= 1)) return NaN;
  if (day > 28 && !isCalendarDay({ year, month, day, bc: false })) return NaN;
  return secondsOfDay(year, month, day);
}

/** The end of an Oracle TIMESTAMP without a zone. */
const FRACTION = /:\d\d\.\d{1,9}$/;

function hasSigns(text: string, at: number): boolean {
  return (
    text.charCodeAt(at + 4) === 0x2d &&
    text.charCodeAt(at + 7) === 0x2d &&
    text.charCodeAt(at + 10) === BLANK &&
    text.charCodeAt(at + 13) === 0x3a &&
    text.charCodeAt(at + 16) === 0x3a
  );
}

/** Seconds since midnight of `HH:MM:SS`, or NaN. */
function timeOf(text: string, at: number): number {
  const hours = twoDigits(text, at);
  const minutes = twoDigits(text, at + 3);
  const seconds = twoDigits(text, at + 6);
  return hours < 24 && minutes < 60 && seconds < 60 ? hours * 3600 + minutes * 60 + seconds : NaN;
}

function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 0x30;
  const ones = text.charCodeAt(at + 1) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
}

function offsetOf(parts: RegExpExecArray): number | null {
  const sign = parts[9];
  if (sign === undefined) return parts[8] === undefined ? null : 0;
  const [minutes, seconds] = [Number(parts[11] ?? 0), Number(parts[12] ?? 0)];
  if (minutes > 59 || seconds > 59) throw new ValueRejected('not a date or timestamp');
  const size = Number(parts[10]) * 3600 + minutes * 60 + seconds;
  return sign === '-' ? -size : size;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** A sheet written in JavaScript may hold any word. */
function checked(option: keyof ZoneOptions, choice: Choice): Choice {
  if (CHOICES.includes(choice)) return choice;
  throw new MigrationError('MAPPING_INVALID', `inZone has no ${option}: '${choice as string}'`, {
    hint: `Write one of ${CHOICES.map((known) => `${option}: '${known}'`).join(', ')}.`,
  });
}
