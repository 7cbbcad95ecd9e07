/** Seconds since 1970-01-01 00:00:00 of the proleptic Gregorian calendar, without leap seconds; years are astronomical (1 BC is 0). */
export const DAY_SECONDS = 86_400;
/** The calendar repeats after 400 years. */
export const CYCLE_YEARS = 400;
export const CYCLE_SECONDS = 146_097 * DAY_SECONDS;

/** Days from 0000-03-01 to 1970-01-01; years are counted from March, so that the leap day is the last of its year. */
const EPOCH = 719_468;

/** The first second of a day. */
export function secondsOfDay(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1;
  const leapDays = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400);
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return (shifted * 365 + leapDays + dayOfYear - EPOCH) * DAY_SECONDS;
}

/** The astronomical year in which a second lies. */
export function yearOf(seconds: number): number {
  const days = Math.floor(seconds / DAY_SECONDS);
  let year = Math.floor(days / 365.2425) + 1970;
  while (secondsOfDay(year + 1, 1, 1) <= seconds) year += 1;
  while (secondsOfDay(year, 1, 1) > seconds) year -= 1;
  return year;
}

const TWO_DIGITS = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0'));

/** Most times of one table fall on days that were met before: their text is kept, up to this many. */
const KEPT_DAYS = 50_000;
const dayTexts = new Map<number, string>();

/** ` HH:MM:` of each minute of a day. */
const MINUTES = Array.from({ length: 1_440 }, (_, at) => ` ${two(Math.floor(at / 60))}:${two(at % 60)}:`);
const CAPITAL_C = 67;

/** `YYYY-MM-DD HH:MM:SS`, then `rest`, then ` BC` where the year is one. */
export function textOfSeconds(seconds: number, rest: string): string {
  const days = Math.floor(seconds / DAY_SECONDS);
  const time = seconds - days * DAY_SECONDS;
  const minute = Math.floor(time / 60);
  const clock = (MINUTES[minute] ?? '') + two(time - minute * 60) + rest;
  const day = dayText(days);
  return day.charCodeAt(day.length - 1) === CAPITAL_C ? `${day.slice(0, -3)}${clock} BC` : day + clock;
}

function dayText(days: number): string {
  let text = dayTexts.get(days);
  if (text === undefined) {
    if (dayTexts.size >= KEPT_DAYS) dayTexts.clear();
    text = newDayText(days);
    dayTexts.set(days, text);
  }
  return text;
}

function newDayText(days: number): string {
  const year = yearOf(days * DAY_SECONDS);
  const dayOfYear = days - secondsOfDay(year, 1, 1) / DAY_SECONDS;
  let month = 12;
  while (secondsOfDay(year, month, 1) > days * DAY_SECONDS) month -= 1;
  const day = dayOfYear - (secondsOfDay(year, month, 1) - secondsOfDay(year, 1, 1)) / DAY_SECONDS + 1;
  const shown = String(year > 0 ? year : 1 - year).padStart(4, '0');
  return `${shown}-${two(month)}-${two(day)}${year > 0 ? '' : ' BC'}`;
}

function two(number: number): string {
  return TWO_DIGITS[number] ?? '';
}
