/** An interval in the three parts that PostgreSQL keeps apart. */
export interface Interval {
  readonly months: number;
  readonly days: number;
  /** Millionths of a second. */
  readonly micros: bigint;
  /** Decimals of the second that are not trailing zeros; beyond six they are not in `micros`. */
  readonly decimals: number;
}

/** Oracle's texts: one sign for the whole. */
const YEAR_TO_MONTH = /^([+-]?)(\d{1,9})-(\d\d?)$/;
const DAY_TO_SECOND = /^([+-]?)(\d{1,9}) (\d\d?):(\d\d):(\d\d)(?:\.(\d{1,9}))?$/;
/** Without days: one sign for the whole as well. */
const CLOCK = /^([+-]?)(\d{1,10}):(\d\d):(\d\d)(?:\.(\d{1,9}))?$/;
/** No plus: PostgreSQL refuses one here. */
const ISO =
  /^P(?=[-\dT])(?:(-?\d+)Y)?(?:(-?\d+)M)?(?:(-?\d+)W)?(?:(-?\d+)D)?(?:T(?=[-\d])(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?)(\d+)(?:\.(\d{1,9}))?S)?)?$/;
const QUANTITY = /^([-+]?)(\d{1,15})(?:\.(\d{1,9}))?$/;
const BLANKS = /\s+/;

const NOTHING: Interval = { months: 0, days: 0, micros: 0n, decimals: 0 };
const MOST_FIELDS = 12;
/** What a clock fills, and a second with a fraction. */
const ALL_SECONDS = ['second', 'millisecond', 'microsecond'];
const CLOCK_UNITS = ['hour', 'minute', ...ALL_SECONDS];
const LONG_NAMES: ReadonlyMap<string, string> = new Map([
  ['mon', 'month'],
  ['min', 'minute'],
  ['sec', 'second'],
]);

/** What one of a unit is; fractions are taken of seconds only, for those of other units spill over in ways that are a convention. */
const UNITS: ReadonlyMap<string, Partial<Omit<Interval, 'decimals'>>> = new Map(
  Object.entries({
    year: { months: 12 },
    mon: { months: 1 },
    month: { months: 1 },
    week: { days: 7 },
    day: { days: 1 },
    hour: { micros: 3_600_000_000n },
    min: { micros: 60_000_000n },
    minute: { micros: 60_000_000n },
    sec: { micros: 1_000_000n },
    second: { micros: 1_000_000n },
    millisecond: { micros: 1000n },
    microsecond: { micros: 1n },
  }),
);

/**
 * Reads the texts of Oracle's intervals, ISO 8601 with designators, and the words that PostgreSQL writes. Null for any other text, also for
 * those that PostgreSQL reads by its settings: `-1 day 02:00:00`, a bare number, `02:03`.
 */
export function readInterval(text: string): Interval | null {
  return ofYears(text) ?? ofDays(text) ?? ofIso(text) ?? ofWords(text);
}

function ofYears(text: string): Interval | null {
  const parts = YEAR_TO_MONTH.exec(text);
  if (parts === null || Number(parts[3]) > 11) return null;
  const months = Number(parts[2]) * 12 + Number(parts[3]);
  return { ...NOTHING, months: parts[1] === '-' ? 0 - months : months };
}

function ofDays(text: string): Interval | null {
  const parts = DAY_TO_SECOND.exec(text);
  if (parts === null || Number(parts[3]) > 23) return null;
  const [, sign = '', days, hours = '', minutes = '', seconds = '', fraction = ''] = parts;
  const time = clockTime([hours, minutes, seconds, fraction], sign);
  return time === null ? null : { ...time, days: sign === '-' ? 0 - Number(days) : Number(days) };
}

function ofIso(text: string): Interval | null {
  const parts = ISO.exec(text);
  if (parts === null) return null;
  const [, years = '0', months = '0', weeks = '0', days = '0', hours = '0', minutes = '0', sign = ''] = parts;
  const seconds = inMicros(parts[8] ?? '0', parts[9] ?? '', sign);
  return {
    months: Number(years) * 12 + Number(months),
    days: Number(weeks) * 7 + Number(days),
    micros: BigInt(hours) * 3_600_000_000n + BigInt(minutes) * 60_000_000n + seconds,
    decimals: significant(parts[9] ?? ''),
  };
}

/** A part of an interval in words, and the units that no other part may fill. */
interface WordPart {
  readonly part: Interval;
  readonly units: readonly string[];
}

/**
 * `1 year 2 mons -3 days +04:05:06.7`: each part with its own sign, which has to be written wherever the one before it is negative. No unit
 * twice.
 */
function ofWords(text: string): Interval | null {
  const words = text.trim().split(BLANKS);
  if (words.length > MOST_FIELDS) return null;
  let sum = NOTHING;
  let negative = false;
  const filled = new Set<string>();
  for (let at = 0; at < words.length;) {
    const word = words[at] ?? '';
    const isClock = word.includes(':');
    const found = isClock ? ofClock(word, at === words.length - 1) : ofQuantity(word, words[at + 1]);
    if (found === null || (negative && !/^[-+]/.test(word))) return null;
    if (found.units.some((unit) => filled.has(unit))) return null;
    for (const unit of found.units) filled.add(unit);
    negative = word.startsWith('-');
    sum = plus(sum, found.part);
    at += isClock ? 1 : 2;
  }
  return sum;
}

function ofClock(word: string, isLast: boolean): WordPart | null {
  const parts = CLOCK.exec(word);
  if (parts === null || !isLast) return null;
  const [, sign = '', hours = '', minutes = '', seconds = '', fraction = ''] = parts;
  const part = clockTime([hours, minutes, seconds, fraction], sign);
  return part && { part, units: CLOCK_UNITS };
}

function ofQuantity(word: string, unitWord = ''): WordPart | null {
  const [matched, sign = '', whole = '', fraction = ''] = QUANTITY.exec(word) ?? [];
  const given = unitWord.toLowerCase();
  const name = !UNITS.has(given) && given.endsWith('s') ? given.slice(0, -1) : given;
  const unit = UNITS.get(name);
  if (matched === undefined || unit === undefined) return null;
  const { months = 0, days = 0, micros = 0n } = unit;
  if (fraction !== '' && micros !== 1_000_000n) return null;
  const count = Number(whole) * (sign === '-' ? -1 : 1);
  const decimals = significant(fraction);
  const inUnits = micros === 1_000_000n ? inMicros(whole, fraction, sign) : micros * BigInt(count);
  return {
    part: { months: months * count, days: days * count, micros: inUnits, decimals },
    units: decimals > 0 ? ALL_SECONDS : [LONG_NAMES.get(name) ?? name],
  };
}

function clockTime(
  [hours, minutes, seconds, fraction]: readonly [string, string, string, string],
  sign: string,
): Interval | null {
  if (Number(minutes) > 59 || Number(seconds) > 59) return null;
  const whole = BigInt(hours) * 3600n + BigInt(minutes) * 60n + BigInt(seconds);
  return { ...NOTHING, micros: inMicros(String(whole), fraction, sign), decimals: significant(fraction) };
}

function inMicros(seconds: string, fraction: string, sign: string): bigint {
  const micros = BigInt(seconds) * 1_000_000n + BigInt(fraction.slice(0, 6).padEnd(6, '0'));
  return sign === '-' ? -micros : micros;
}

function significant(fraction: string): number {
  return fraction.replace(/0+$/, '').length;
}

function plus(a: Interval, b: Interval): Interval {
  return {
    months: a.months + b.months,
    days: a.days + b.days,
    micros: a.micros + b.micros,
    decimals: Math.max(a.decimals, b.decimals),
  };
}
