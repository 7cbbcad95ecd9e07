/** One sign for the whole: `-002 03:00:00.5`, `+0001-02`. */
const OF_ORACLE = /^([+-]?)(?:(\d+)-(\d+)|(\d+) (\d+:\d\d:\d\d(?:\.\d+)?))$/;
const PART = /\s*([+-]?)(\d+)(?:(:\d\d:\d\d(?:\.\d+)?)|(\.\d+)?\s*([a-z]+))/iy;
const ISO_PART = /([+-]?)(\d+)(\.\d+)?([YMWDHS])/y;
/** Nanoseconds. */
const SECOND = 1_000_000_000n;

const MONTHS: ReadonlyMap<string, bigint> = new Map(Object.entries({ year: 12n, mon: 1n, month: 1n }));
const DAYS: ReadonlyMap<string, bigint> = new Map(Object.entries({ week: 7n, day: 1n }));
const TIMES: ReadonlyMap<string, bigint> = new Map(
  Object.entries({
    hour: 3600n * SECOND,
    min: 60n * SECOND,
    minute: 60n * SECOND,
    sec: SECOND,
    second: SECOND,
    millisecond: 1_000_000n,
    microsecond: 1000n,
  }),
);
const ISO_DATE: Readonly<Record<string, string>> = { Y: 'year', M: 'month', W: 'week', D: 'day' };
const ISO_TIME: Readonly<Record<string, string>> = { H: 'hour', M: 'minute', S: 'second' };

/** What an interval adds up to, by the three parts that no column mixes; null where a text is none. */
class Parts {
  private months = 0n;
  private days = 0n;
  private nanos = 0n;

  add(sign: string, digits: string, unit: string): boolean {
    const count = BigInt(sign === '-' ? `-${digits}` : digits);
    const name = unit.toLowerCase().replace(/s$/, '');
    const [months, days, nanos] = [MONTHS.get(name), DAYS.get(name), TIMES.get(name)];
    if (months !== undefined) this.months += count * months;
    else if (days !== undefined) this.days += count * days;
    else if (nanos !== undefined) this.nanos += count * nanos;
    else return false;
    return true;
  }

  /** `.5` of a second, up to nine digits. */
  addFraction(sign: string, fraction: string): boolean {
    if (fraction.length > 10) return false;
    const nanos = BigInt(fraction.slice(1).padEnd(9, '0'));
    this.nanos += sign === '-' ? -nanos : nanos;
    return true;
  }

  addClock(sign: string, clock: string): boolean {
    const [time = '', fraction] = clock.split('.');
    const [hours = '', minutes = '', seconds = ''] = time.split(':');
    this.add(sign, hours, 'hour');
    this.add(sign, minutes, 'minute');
    this.add(sign, seconds, 'second');
    return fraction === undefined || this.addFraction(sign, `.${fraction}`);
  }

  /** As the server reads it as well. Digits behind the microseconds stay, so that nothing stored is equal to it. */
  text(): string {
    const size = this.nanos < 0n ? -this.nanos : this.nanos;
    const rest = String(size % 1000n)
      .padStart(3, '0')
      .replace(/0+$/, '');
    const micros = `${this.nanos < 0n ? '-' : ''}${size / 1000n}${rest === '' ? '' : `.${rest}`}`;
    return `${this.months} mons ${this.days} days ${micros} us`;
  }
}

/**
 * `14 mons -3 days 7384500000 us`: the three parts that the column keeps apart. To the server itself a month equals 30 days and a day 24
 * hours; here they differ.
 */
export function canonicalInterval(text: string): string {
  return (ofOracle(text) ?? (text.startsWith('P') ? ofIso(text) : ofWords(text)))?.text() ?? text;
}

function ofOracle(text: string): Parts | null {
  const [matched, sign = '', years = '', months = '', days, clock = ''] = OF_ORACLE.exec(text) ?? [];
  if (matched === undefined) return null;
  const parts = new Parts();
  if (days === undefined) {
    parts.add(sign, years, 'year');
    parts.add(sign, months, 'month');
    return parts;
  }
  parts.add(sign, days, 'day');
  return parts.addClock(sign, clock) ? parts : null;
}

/** As PostgreSQL writes it: every part with its own sign, a plus wherever the one before it is negative. */
function ofWords(text: string): Parts | null {
  const trimmed = text.trim();
  const parts = new Parts();
  let negative = false;
  PART.lastIndex = 0;
  do {
    const found = PART.exec(trimmed);
    const sign = found?.[1] ?? '';
    if (found === null || (negative && sign === '') || !addWord(parts, found)) return null;
    negative = sign === '-';
  } while (PART.lastIndex < trimmed.length);
  return parts;
}

function addWord(parts: Parts, [, sign = '', digits = '', clock, fraction, unit = '']: RegExpExecArray): boolean {
  if (clock !== undefined) return parts.addClock(sign, digits + clock);
  if (!parts.add(sign, digits, unit)) return false;
  return fraction === undefined || (/^sec/i.test(unit) && parts.addFraction(sign, fraction));
}

function ofIso(text: string): Parts | null {
  const parts = new Parts();
  const [date = '', time, ...more] = text.slice(1).split('T');
  const known = addDesignated(parts, date, ISO_DATE) && (time === undefined || addDesignated(parts, time, ISO_TIME));
  return known && more.length === 0 && text.length > 1 ? parts : null;
}

function addDesignated(parts: Parts, text: string, units: Readonly<Record<string, string>>): boolean {
  ISO_PART.lastIndex = 0;
  while (ISO_PART.lastIndex < text.length) {
    const found = ISO_PART.exec(text);
    if (found === null || !addPart(parts, found, units)) return false;
  }
  return true;
}

function addPart(
  parts: Parts,
  [, sign = '', digits = '', fraction, letter = '']: RegExpExecArray,
  units: Readonly<Record<string, string>>,
): boolean {
  if (!parts.add(sign, digits, units[letter] ?? '')) return false;
  return fraction === undefined || (letter === 'S' && parts.addFraction(sign, fraction));
}
