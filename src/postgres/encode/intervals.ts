import type { ByteWriter } from './byte-writer';
import type { CellEncoder, EncodedColumn } from './encoder';
import { cutBy, moreDecimals, NOT_INTERVAL, OUT_OF_RANGE, type CellFault } from './faults';
import { readInterval, type Interval } from './interval-text';

const MOST_DECIMALS = 6;
const INT4_LIMIT = 2 ** 31;
const INT8_LIMIT = 2n ** 63n;
const SECOND = 1_000_000n;

/** Bits of the modifier's fields, the smallest first: `interval day to minute` has those from day to minute. */
const FIELDS = [
  { bit: 1 << 12, name: 'second', unit: 1n },
  { bit: 1 << 11, name: 'minute', unit: 60n * SECOND },
  { bit: 1 << 10, name: 'hour', unit: 3600n * SECOND },
  { bit: 1 << 3, name: 'day', unit: null },
  { bit: 1 << 1, name: 'month', unit: null },
  { bit: 1 << 2, name: 'year', unit: null },
] as const;

type Field = (typeof FIELDS)[number];

/** `interval`: months, days and microseconds, each with a sign of its own; what the column would cut or round is refused. */
export function intervalEncoder({ precision, fields = null }: EncodedColumn): CellEncoder {
  const decimals = precision ?? MOST_DECIMALS;
  const tooManyDecimals: CellFault = { ...moreDecimals(decimals), sqlState: '22008' };
  const smallest = smallestOf(fields);
  const cut = cutBy(smallest.name);
  return (value, out) => {
    const interval = typeof value === 'string' ? readInterval(value) : null;
    if (interval === null) return NOT_INTERVAL;
    if (interval.decimals > decimals) return tooManyDecimals;
    if (isCut(interval, smallest)) return cut;
    return isHeld(interval) ? writeInterval(interval, out) : OUT_OF_RANGE;
  };
}

/** The last field that a column keeps. */
export function smallestField(fields: number): Field['name'] {
  return smallestOf(fields).name;
}

function smallestOf(fields: number | null): Field {
  return FIELDS.find(({ bit }) => fields !== null && (fields & bit) !== 0) ?? FIELDS[0];
}

/** Whether the interval has parts below the smallest field that is kept. */
function isCut({ months, days, micros }: Interval, { name, unit }: Field): boolean {
  if (unit !== null) return micros % unit !== 0n;
  if (name === 'day') return micros !== 0n;
  return micros !== 0n || days !== 0 || (name === 'year' && months % 12 !== 0);
}

function isHeld({ months, days, micros }: Interval): boolean {
  const inInt4 = (count: number): boolean => count >= -INT4_LIMIT && count < INT4_LIMIT;
  return (
    inInt4(months) && inInt4(days) && micros >= -INT8_LIMIT && micros < INT8_LIMIT && !isEndless(months, days, micros)
  );
}

/** All three parts at one end of their range are how the server writes `infinity`. */
function isEndless(months: number, days: number, micros: bigint): boolean {
  const least = months === -INT4_LIMIT && days === -INT4_LIMIT && micros === -INT8_LIMIT;
  return least || (months === INT4_LIMIT - 1 && days === INT4_LIMIT - 1 && micros === INT8_LIMIT - 1n);
}

const INTERVAL_BYTES = 16;

function writeInterval({ months, days, micros }: Interval, out: ByteWriter): null {
  out.int32(INTERVAL_BYTES);
  out.reserve(INTERVAL_BYTES);
  out.view.setBigInt64(out.position, micros);
  out.view.setInt32(out.position + 8, days);
  out.view.setInt32(out.position + 12, months);
  out.position += INTERVAL_BYTES;
  return null;
}
