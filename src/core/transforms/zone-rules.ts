import { CYCLE_SECONDS, CYCLE_YEARS, DAY_SECONDS, secondsOfDay, yearOf } from './seconds';

/** What a local time means in a zone; filled anew for each question. */
export interface LocalTime {
  /** `gap`: clocks were set forward over it; `fold`: clocks were set back, and it was twice. */
  kind: 'once' | 'gap' | 'fold';
  /** Seconds since 1970 in UTC. In a gap: by the offset after it, and by the one before it. */
  earlier: number;
  later: number;
}

/** The offsets of one time zone, in whole seconds east of Greenwich. */
export interface ZoneRules {
  /** The offset at a moment (seconds since 1970 in UTC). */
  readonly offsetAt: (utc: number) => number;
  /** Fills `found` with what a local time means: its own seconds since 1970, and the astronomical year in which they lie. */
  readonly find: (local: { readonly seconds: number; readonly year: number }, found: LocalTime) => void;
}

/** The offsets that hold around one year: each from its start to the next one's. */
interface Spans {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly offsets: readonly number[];
}

/**
 * Intl counts days before 15 October 1582 by the Julian calendar. No zone had changed its offset before 1800, when clocks showed the mean time
 * of their place, so that what holds at the beginning of 1800 has held before.
 */
const FIRST_YEAR = 1800;
/** From here on only rules are left that repeat with the calendar. */
const LAST_CYCLE = 2100;
/**
 * Two changes of offset within one step that cancel each other would not be seen. The nearest that any zone has are less than seven days apart
 * (Boa Vista, October 2000).
 */
const STEP = 5 * DAY_SECONDS;
/** Local time and UTC are at most 16 hours apart. */
const MARGIN = 2 * DAY_SECONDS;

/** A zone of a fixed offset. */
export function fixedRules(offset: number): ZoneRules {
  return rulesOf(() => offset);
}

/** The rules of a zone by Node's own zone data, drawn up year by year as they are asked for. Throws RangeError where Intl has no such zone. */
export function namedRules(zone: string): ZoneRules {
  return rulesOf(offsetReader(zone));
}

function rulesOf(offsetOf: (utc: number) => number): ZoneRules {
  const years = new Map<number, Spans>();
  const before = lazily(() => offsetOf(secondsOfDay(FIRST_YEAR, 1, 1)));
  const spansOf = (year: number): Spans => {
    let spans = years.get(year);
    if (spans === undefined) years.set(year, (spans = spansAround(year, offsetOf)));
    return spans;
  };
  return {
    offsetAt(utc) {
      const year = yearOf(utc);
      if (year < FIRST_YEAR) return before();
      const shift = cycleShift(year);
      const { starts, offsets } = spansOf(year - shift * CYCLE_YEARS);
      const moment = utc - shift * CYCLE_SECONDS;
      return offsets[starts.findLastIndex((start) => start <= moment)] ?? 0;
    },
    find({ seconds, year }, found) {
      if (year < FIRST_YEAR) {
        once(seconds - before(), found);
        return;
      }
      const shift = cycleShift(year);
      findIn(spansOf(year - shift * CYCLE_YEARS), seconds - shift * CYCLE_SECONDS, found);
      found.earlier += shift * CYCLE_SECONDS;
      found.later += shift * CYCLE_SECONDS;
    },
  };
}

/** How many times the calendar has repeated since the years that are asked of Intl. */
function cycleShift(year: number): number {
  return year < LAST_CYCLE ? 0 : Math.floor((year - LAST_CYCLE) / CYCLE_YEARS);
}

function once(utc: number, found: LocalTime): void {
  found.kind = 'once';
  found.earlier = utc;
  found.later = utc;
}

/** A local time is that of a span where the moment which its offset makes of it lies within the span. */
function findIn(spans: Spans, local: number, found: LocalTime): void {
  const { starts, ends, offsets } = spans;
  let times = 0;
  for (const [at, offset] of offsets.entries()) {
    const utc = local - offset;
    if (utc < (starts[at] ?? 0) || utc >= (ends[at] ?? 0)) continue;
    if (times === 0) found.earlier = utc;
    found.later = utc;
    times += 1;
  }
  found.kind = KINDS[times] ?? 'fold';
  if (times === 0) findAround(spans, local, found);
}

/** In a gap: what the spans on both sides of it make of a local time. */
function findAround({ starts, offsets }: Spans, local: number, found: LocalTime): void {
  const before = offsets.findLastIndex((offset, at) => local - offset >= (starts[at] ?? 0));
  found.later = local - (offsets[before] ?? 0);
  found.earlier = local - (offsets[before + 1] ?? 0);
}

const KINDS = ['gap', 'once', 'fold'] as const;

function spansAround(year: number, offsetOf: (utc: number) => number): Spans {
  const end = secondsOfDay(year + 1, 1, 1) + MARGIN;
  let at = secondsOfDay(year, 1, 1) - MARGIN;
  let offset = offsetOf(at);
  const starts = [-Infinity];
  const offsets = [offset];
  while (at < end) {
    const next = Math.min(at + STEP, end);
    const change = offsetOf(next) === offset ? next : firstChange(at, next, offsetOf);
    at = change;
    const changed = offsetOf(change);
    if (changed === offset) continue;
    starts.push(change);
    offsets.push(changed);
    offset = changed;
  }
  return { starts, offsets, ends: [...starts.slice(1), Infinity] };
}

/** The first second after `before` with another offset than there; `after` is known to have one. */
function firstChange(before: number, after: number, offsetOf: (utc: number) => number): number {
  const offset = offsetOf(before);
  let [same, other] = [before, after];
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2);
    if (offsetOf(middle) === offset) same = middle;
    else other = middle;
  }
  return other;
}

function offsetReader(zone: string): (utc: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (utc) => {
    const parts = new Map(format.formatToParts(utc * 1000).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    const day = secondsOfDay(part('year'), part('month'), part('day'));
    return day + part('hour') * 3600 + part('minute') * 60 + part('second') - utc;
  };
}

function lazily(make: () => number): () => number {
  let made: number | null = null;
  return () => (made ??= make());
}
