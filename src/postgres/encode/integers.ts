import type { CellEncoder, CellValue } from './encoder';
import { NOT_BOOLEAN, NOT_WHOLE, OUT_OF_RANGE } from './faults';

const TWO_32 = 4_294_967_296;
/** Digits that a double surely holds. */
const SAFE_DIGITS = 15;
const OCTAL = /^-?0\d/;
const WHOLE = /^-?\d+$/;
const INT8_MIN = -(2n ** 63n);
const INT8_MAX = 2n ** 63n - 1n;

/** `int2` and `int4`, from integer text or a whole number. */
export function integerEncoder(bytes: 2 | 4): CellEncoder {
  const limit = 2 ** (bytes * 8 - 1);
  return (value, out) => {
    const whole = wholeNumber(value);
    if (Number.isNaN(whole)) return NOT_WHOLE;
    if (whole < -limit || whole >= limit) return OUT_OF_RANGE;
    out.int32(bytes);
    if (bytes === 2) out.int16(whole);
    else out.int32(whole);
    return null;
  };
}

export const int8: CellEncoder = (value, out) => {
  const whole = wholeNumber(value);
  if (Number.isNaN(whole)) return NOT_WHOLE;
  out.reserve(12);
  if (Number.isSafeInteger(whole)) {
    out.int32(8);
    out.int32(Math.floor(whole / TWO_32));
    out.int32(whole | 0);
    return null;
  }
  const exact = BigInt(value as string | number);
  if (exact < INT8_MIN || exact > INT8_MAX) return OUT_OF_RANGE;
  out.int32(8);
  out.buffer.writeBigInt64BE(exact, out.position);
  out.position += 8;
  return null;
};

/** `oid`: four bytes without a sign. Digits behind a leading zero are octal to the server. */
export const oid: CellEncoder = (value, out) => {
  const whole = typeof value === 'string' && OCTAL.test(value) ? NaN : wholeNumber(value);
  if (Number.isNaN(whole)) return NOT_WHOLE;
  if (whole < 0 || whole >= TWO_32) return OUT_OF_RANGE;
  out.int32(4);
  out.int32(whole | 0);
  return null;
};

const TRUE = new Set<CellValue>([true, 't', 'true', 1]);
const FALSE = new Set<CellValue>([false, 'f', 'false', 0]);

export const bool: CellEncoder = (value, out) => {
  const truth = TRUE.has(value);
  if (!truth && !FALSE.has(value)) return NOT_BOOLEAN;
  out.int32(1);
  out.reserve(1);
  out.buffer[out.position++] = truth ? 1 : 0;
  return null;
};

/** The number, beyond 15 digits perhaps only nearly (and then no safe integer); NaN for anything that is not whole. */
function wholeNumber(value: CellValue): number {
  if (typeof value === 'number') return Number.isInteger(value) ? value : NaN;
  if (typeof value !== 'string') return NaN;
  return value.length <= SAFE_DIGITS ? shortWhole(value) : longWhole(value);
}

function shortWhole(text: string): number {
  const negative = text.charCodeAt(0) === 45;
  const first = negative ? 1 : 0;
  if (text.length === first) return NaN;
  let whole = 0;
  for (let at = first; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return NaN;
    whole = whole * 10 + digit;
  }
  return negative ? -whole : whole;
}

function longWhole(text: string): number {
  return WHOLE.test(text) ? Number(text) : NaN;
}
