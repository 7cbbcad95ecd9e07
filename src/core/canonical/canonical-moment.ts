import { withoutTrailing } from './without-trailing';

const MOMENT =
  /^(\d{4,7})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))? ?(?:(Z)|([+-])(\d\d)(?::?(\d\d))?(?::?(\d\d))?)?)?( BC)?$/;
const TIME = /^(\d\d:\d\d:\d\d)(?:\.(\d+))?$/;
const ZONED_TIME = /^([\d:.]+) ?(Z|[+-][\d:]+)$/;
const MIDNIGHT = ' 00:00:00';
const SECOND_LENGTH = 19;
const BLANK = 32;
const HYPHEN = 45;
const DAY_SECONDS = 86_400;

/** `YYYY-MM-DD[ BC]`; a midnight behind it does not count. */
export function canonicalDate(text: string): string {
  if (text.length === 10) return text;
  const moment = canonicalMoment(text);
  return moment.replace(MIDNIGHT, '');
}

/** `YYYY-MM-DD HH:MM:SS[.ffffff][ BC]` in UTC; without an offset a text is UTC already. Decimals that are zero do not count. */
export function canonicalMoment(text: string): string {
  // The form of nearly all values, and of those that the server gives with a zone.
  if (text.charCodeAt(10) === BLANK && text.charCodeAt(4) === HYPHEN) {
    if (text.length === SECOND_LENGTH) return text;
    if (text.length === SECOND_LENGTH + 3 && text.endsWith('+00')) return text.slice(0, SECOND_LENGTH);
  }
  const parts = MOMENT.exec(text);
  return parts === null ? text : rendered(parts);
}

/** `HH:MM:SS[.ffffff]` without zeros at the end. */
export function canonicalTime(text: string): string {
  const [matched, time = '', fraction] = TIME.exec(text) ?? [];
  return matched === undefined ? text : time + decimals(fraction);
}

/** `HH:MM:SS[.ffffff]+HH:MM[:SS]`: a time keeps its zone, and two zones are two values. Without one a text stays as it is. */
export function canonicalZonedTime(text: string): string {
  const [, time, zone] = ZONED_TIME.exec(text) ?? [];
  if (time === undefined || zone === undefined) return text;
  const digits = (zone === 'Z' ? '+00' : zone).replaceAll(':', '');
  const [hours, minutes, seconds] = [digits.slice(1, 3), digits.slice(3, 5), digits.slice(5, 7)];
  const isZero = /^[+-]0*$/.test(digits);
  const behind = seconds === '' || seconds === '00' ? '' : `:${seconds}`;
  return `${canonicalTime(time)}${isZero ? '+' : digits.slice(0, 1)}${hours}:${minutes || '00'}${behind}`;
}

/** Below zero where `a` comes before `b`, both canonical moments or dates. */
export function compareMoments(a: string, b: string): number {
  // Four digits of the year and no era: the texts are in order themselves.
  if (a.length === b.length && a.length <= SECOND_LENGTH && a.charCodeAt(4) === HYPHEN && b.charCodeAt(4) === HYPHEN) {
    return a < b ? -1 : Number(a !== b);
  }
  const [yearA, yearB] = [signedYear(a), signedYear(b)];
  if (yearA !== yearB) return yearA - yearB;
  const [restA, restB] = [restOf(a), restOf(b)];
  if (restA === restB) return 0;
  return restA < restB ? -1 : 1;
}

function signedYear(text: string): number {
  const year = Number(text.slice(0, text.indexOf('-')));
  return text.endsWith(' BC') ? 1 - year : year;
}

function restOf(text: string): string {
  return text.slice(text.indexOf('-'), text.endsWith(' BC') ? -3 : undefined);
}

function rendered(parts: RegExpExecArray): string {
  const [, year = '', month = '', day = '', hours = '00', minutes = '00', seconds = '00', fraction] = parts;
  const offset = offsetOf(parts);
  const era = parts[13] ?? '';
  if (offset === 0) {
    return `${year.replace(/^0+(?=\d{4})/, '')}-${month}-${day} ${hours}:${minutes}:${seconds}${decimals(fraction)}${era}`;
  }
  const astronomical = era === '' ? Number(year) : 1 - Number(year);
  const days = daysOf(astronomical, Number(month), Number(day));
  const time = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) - offset;
  return fromSeconds(days * DAY_SECONDS + time, decimals(fraction));
}

/** Seconds east of Greenwich. */
function offsetOf(parts: RegExpExecArray): number {
  const size = Number(parts[10] ?? 0) * 3600 + Number(parts[11] ?? 0) * 60 + Number(parts[12] ?? 0);
  return parts[9] === '-' ? -size : size;
}

function decimals(fraction = ''): string {
  const significant = withoutTrailing(fraction, '0');
  return significant === '' ? '' : `.${significant}`;
}

function fromSeconds(total: number, fraction: string): string {
  const days = Math.floor(total / DAY_SECONDS);
  const time = total - days * DAY_SECONDS;
  const [year, month, day] = civil(days);
  const shown = String(year > 0 ? year : 1 - year).padStart(4, '0');
  const clock = [Math.floor(time / 3600), Math.floor(time / 60) % 60, time % 60].map(twoDigits).join(':');
  return `${shown}-${twoDigits(month)}-${twoDigits(day)} ${clock}${fraction}${year > 0 ? '' : ' BC'}`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}

/** Days since 0000-03-01 of the proleptic Gregorian calendar; the year counts from March, which puts the leap day last. */
function daysOf(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1;
  const leapDays = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400);
  return shifted * 365 + leapDays + Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
}

/** The inverse of `daysOf`: year, month, day. */
function civil(days: number): readonly [number, number, number] {
  let year = Math.floor(days / 365.2425);
  while (daysOf(year + 1, 3, 1) <= days) year += 1;
  while (daysOf(year, 3, 1) > days) year -= 1;
  const dayOfYear = days - daysOf(year, 3, 1);
  const march = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * march + 2) / 5) + 1;
  return march < 10 ? [year, march + 3, day] : [year + 1, march - 9, day];
}
