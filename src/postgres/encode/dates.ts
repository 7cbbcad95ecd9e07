import type { ByteWriter } from './byte-writer';
import { daysSince2000, isDay } from './calendar';
import type { CellEncoder, EncodedColumn } from './encoder';
import {
  DATE_RANGE,
  moreDecimals,
  NO_SUCH_DAY,
  NOT_DATE,
  NOT_TIME,
  NOT_TIMESTAMP,
  NOT_TIMETZ,
  NO_OFFSET,
  OFFSET_GIVEN,
  TIME_OF_DAY,
  type CellFault,
} from './faults';
import { emptyMoment, readMoment, secondsOf, type Moment } from './moment';

const MICROS = 1_000_000;
const TWO_32 = 4_294_967_296;
const DAY_SECONDS = 86_400;
const MOST_DECIMALS = 6;
/** What the types hold: from 4714-11-24 BC, up to but not including these. */
const FIRST_DAY = daysSince2000(-4713, 11, 24);
const DATE_END = daysSince2000(5_874_898, 1, 1);
const TIMESTAMP_END = daysSince2000(294_277, 1, 1);
/** The server takes no offset beyond this. */
const MOST_OFFSET = 16 * 3600;
const TIMETZ_BYTES = 12;
const ZONED_TIME = /^(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))? ?(?:(Z)|([+-])(\d\d)(?::?(\d\d)(?:(?<=:\d\d):(\d\d))?)?)?$/;
const TIME = /^(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?$/;

/** `date`; a text with a time of day other than midnight is refused. */
export function dateEncoder(): CellEncoder {
  const moment = emptyMoment();
  return (value, out) => {
    if (typeof value !== 'string' || !readMoment(value, moment)) return NOT_DATE;
    if (!isDay(moment.year, moment.month, moment.day)) return NO_SUCH_DAY;
    if (moment.seconds !== 0 || moment.decimals !== 0) return TIME_OF_DAY;
    if (moment.offset !== null) return OFFSET_GIVEN;
    const days = daysSince2000(moment.year, moment.month, moment.day);
    if (days < FIRST_DAY || days >= DATE_END) return DATE_RANGE;
    out.int32(4);
    out.int32(days);
    return null;
  };
}

/** `timestamp` and `timestamptz`: microseconds since 2000; without an offset, a `timestamptz` is taken as UTC. */
export function timestampEncoder({ precision }: EncodedColumn, zone: 'with zone' | 'without zone'): CellEncoder {
  const moment = emptyMoment();
  const decimals = precision ?? MOST_DECIMALS;
  const tooManyDecimals: CellFault = { ...moreDecimals(decimals), sqlState: '22008' };
  return (value, out) => {
    if (typeof value !== 'string' || !readMoment(value, moment)) return NOT_TIMESTAMP;
    if (Number.isNaN(moment.seconds) || !isDay(moment.year, moment.month, moment.day)) return NO_SUCH_DAY;
    if (moment.decimals > decimals) return tooManyDecimals;
    if (moment.offset !== null && zone === 'without zone') return OFFSET_GIVEN;
    return writeMoment(moment, out);
  };
}

/** `time`: microseconds since midnight. */
export function timeEncoder(column: EncodedColumn): CellEncoder {
  const write = clockWriter(column);
  return (value, out) => {
    const parts = typeof value === 'string' ? TIME.exec(value) : null;
    return parts === null ? NOT_TIME : write(parts, out);
  };
}

/** `timetz`: as `time`, then seconds west of Greenwich. A time without an offset is refused: there is none to be had for it. */
export function zonedTimeEncoder(column: EncodedColumn): CellEncoder {
  const write = clockWriter(column);
  return (value, out) => {
    const parts = typeof value === 'string' ? ZONED_TIME.exec(value) : null;
    if (parts === null) return NOT_TIMETZ;
    const west = westOf(parts.slice(5));
    if (west === null) return NO_OFFSET;
    if (Math.abs(west) >= MOST_OFFSET) return NOT_TIMETZ;
    const at = out.position - out.start;
    const fault = write(parts, out);
    if (fault !== null) return fault;
    out.int32(west);
    out.view.setInt32(out.start + at, TIMETZ_BYTES);
    return null;
  };
}

/** Writes the parts of an expression that begins as `TIME` does. */
function clockWriter({ precision }: EncodedColumn): (parts: RegExpExecArray, out: ByteWriter) => CellFault | null {
  const decimals = precision ?? MOST_DECIMALS;
  const tooManyDecimals: CellFault = { ...moreDecimals(decimals), sqlState: '22008' };
  return ([, hours, minutes, seconds, fraction = ''], out) => {
    const sinceMidnight = secondsOf(Number(hours), Number(minutes), Number(seconds));
    if (Number.isNaN(sinceMidnight)) return NO_SUCH_DAY;
    if (fraction.replace(/0+$/, '').length > decimals) return tooManyDecimals;
    writeMicros(sinceMidnight, Number(fraction.slice(0, 6).padEnd(6, '0')), out);
    return null;
  };
}

/** Seconds; null where no offset is written. */
function westOf([zulu, sign, hours, minutes = '0', seconds = '0']: readonly (string | undefined)[]): number | null {
  if (zulu !== undefined) return 0;
  if (sign === undefined) return null;
  if (Number(minutes) > 59 || Number(seconds) > 59) return MOST_OFFSET;
  const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return sign === '-' ? size : 0 - size;
}

function writeMoment(moment: Moment, out: ByteWriter): CellFault | null {
  const offset = moment.offset ?? 0;
  if (!(Math.abs(offset) < MOST_OFFSET)) return NOT_TIMESTAMP;
  const days = daysSince2000(moment.year, moment.month, moment.day);
  const seconds = days * DAY_SECONDS + moment.seconds - offset;
  if (seconds < FIRST_DAY * DAY_SECONDS || seconds >= TIMESTAMP_END * DAY_SECONDS) return DATE_RANGE;
  writeMicros(seconds, moment.micros, out);
  return null;
}

/** 64 bits from seconds and millionths; beyond the years 1715–2285 their product is no exact double. */
function writeMicros(seconds: number, micros: number, out: ByteWriter): void {
  const total = seconds * MICROS + micros;
  out.int32(8);
  if (Number.isSafeInteger(total)) {
    out.int32(Math.floor(total / TWO_32));
    out.int32((total % TWO_32) | 0);
    return;
  }
  out.reserve(8);
  out.position = out.buffer.writeBigInt64BE(BigInt(seconds) * 1_000_000n + BigInt(micros), out.position);
}
