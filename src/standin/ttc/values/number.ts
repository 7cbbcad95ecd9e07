import { OraError } from '../../contract/ora-error';
import type { BufferWriter } from '../format/buffer-writer';
import { malformedMessage } from '../format/buffer-reader';
import type { Slice } from './slice';

const MAX_PAIRS = 20;
const MAX_EXPONENT = 63;
const MIN_EXPONENT = -64;
const ZERO = 0x80;
const NEGATIVE_END = 102;

/** Base-100 digits of the number in hand; value = 0.p0p1p2… × 100^exponent. Reused: encoding is synchronous. */
const scratch = { pairs: new Uint8Array(512), count: 0, exponent: 0 };

function numericOverflow(): OraError {
  return new OraError(1426, 'numeric overflow');
}

function pushPair(pair: number): void {
  if (scratch.count === scratch.pairs.length) {
    const grown = new Uint8Array(scratch.pairs.length * 2);
    grown.set(scratch.pairs);
    scratch.pairs = grown;
  }
  scratch.pairs[scratch.count++] = pair;
}

/** Rounds half up to 20 pairs; `start` is the first significant pair. Returns the new start. */
function roundPairs(start: number): number {
  const { pairs } = scratch;
  const end = start + MAX_PAIRS;
  if (scratch.count <= end) return start;
  const up = (pairs[end] ?? 0) >= 50;
  scratch.count = end;
  if (!up) return start;
  let at = end - 1;
  while (at >= start && pairs[at] === 99) pairs[at--] = 0;
  if (at >= start) {
    pairs[at] = (pairs[at] ?? 0) + 1;
    return start;
  }
  // 99.99… became 100: one pair more in front, and the last one (now 0) goes
  pairs[start] = 1;
  scratch.count = start + 1;
  scratch.exponent += 1;
  return start;
}

/** Writes the length byte and the NUMBER bytes of what is in `scratch`. The caller has reserved 22 bytes. */
function emit(negative: boolean, out: BufferWriter): void {
  const { pairs } = scratch;
  let first = 0;
  while (first < scratch.count && pairs[first] === 0) first++;
  scratch.exponent -= first;
  const start = roundPairs(first);
  let end = scratch.count;
  while (end > start && pairs[end - 1] === 0) end--;
  if (end === start || scratch.exponent < MIN_EXPONENT) {
    emitZero(out);
    return;
  }
  if (scratch.exponent > MAX_EXPONENT) throw numericOverflow();
  const { bytes } = out;
  let at = out.length + 1;
  const head = scratch.exponent + 192;
  bytes[at++] = negative ? ~head : head;
  for (let i = start; i < end; i++) bytes[at++] = negative ? 101 - (pairs[i] ?? 0) : (pairs[i] ?? 0) + 1;
  if (negative && end - start < MAX_PAIRS) bytes[at++] = NEGATIVE_END;
  bytes[out.length] = at - out.length - 1;
  out.length = at;
}

function emitZero(out: BufferWriter): void {
  out.bytes[out.length++] = 1;
  out.bytes[out.length++] = ZERO;
}

/** Decimal text (`-12.50`, `1e-130`) → length byte and NUMBER, rounded to 40 digits. Needs 23 reserved bytes. */
export function encodeNumberText(slice: Slice, out: BufferWriter): void {
  const { bytes } = slice;
  const end = slice.at + slice.length;
  let at = slice.at;
  const negative = bytes[at] === 0x2d;
  if (negative || bytes[at] === 0x2b) at++;
  const point = indexOfAny(slice, at, 0x2e);
  const exponentAt = indexOfAny(slice, at, 0x65);
  const digitsEnd = Math.min(exponentAt, end);
  const integerEnd = Math.min(point, digitsEnd);
  const shift = exponentAt < end ? Number(bytes.toString('latin1', exponentAt + 1, end)) : 0;
  if (!Number.isInteger(shift) || !isDigit(bytes[at === point ? at + 1 : at])) throw numericOverflow();
  scratch.count = 0;
  // pairs are aligned at the decimal point, so an odd number of integer digits starts with half a pair
  const power = integerEnd - at + shift;
  scratch.exponent = Math.ceil(power / 2);
  let half = power % 2 === 0 ? -1 : 0;
  for (; at < digitsEnd; at++) {
    if (at === point) continue;
    const digit = (bytes[at] ?? 0) - 0x30;
    if (half < 0) half = digit;
    else {
      pushPair(half * 10 + digit);
      half = -1;
    }
  }
  if (half >= 0) pushPair(half * 10);
  emit(negative, out);
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function indexOfAny(slice: Slice, from: number, byte: number): number {
  const end = slice.at + slice.length;
  for (let at = from; at < end; at++) if (((slice.bytes[at] ?? 0) | 0x20) === byte) return at;
  return end;
}

const NUMERIC_HEADER = 8;
const NUMERIC_POSITIVE = 0x0000;
const NUMERIC_NEGATIVE = 0x4000;

/** PostgreSQL's binary `numeric` (base 10000) → length byte and NUMBER. Needs 23 reserved bytes. */
export function encodeBinaryNumeric(slice: Slice, out: BufferWriter): void {
  const { bytes, at } = slice;
  const digits = bytes.readUInt16BE(at);
  const sign = bytes.readUInt16BE(at + 4);
  if (sign !== NUMERIC_POSITIVE && sign !== NUMERIC_NEGATIVE) throw numericOverflow();
  scratch.count = 0;
  scratch.exponent = 2 * bytes.readInt16BE(at + 2) + 2;
  let from = at + NUMERIC_HEADER;
  for (let i = 0; i < digits; i++, from += 2) {
    const digit = ((bytes[from] ?? 0) << 8) | (bytes[from + 1] ?? 0);
    const high = (digit / 100) | 0;
    pushPair(high);
    pushPair(digit - high * 100);
  }
  emit(sign === NUMERIC_NEGATIVE, out);
}

/** NUMBER bytes (without length) → plain decimal text. */
export function decodeNumber(bytes: Uint8Array): string {
  const head = bytes[0];
  if (head === undefined) throw malformedMessage('NUMBER without bytes');
  const negative = head < ZERO;
  if (bytes.length === 1) return negative ? '-Infinity' : '0';
  if (head === 255 && bytes.length === 2 && bytes[1] === 101) return 'Infinity';
  const exponent = (negative ? ~head & 0xff : head) - 192;
  const end = negative && bytes[bytes.length - 1] === NEGATIVE_END ? bytes.length - 1 : bytes.length;
  let digits = '';
  for (let i = 1; i < end; i++) {
    const pair = negative ? 101 - (bytes[i] ?? 0) : (bytes[i] ?? 0) - 1;
    digits += String(pair).padStart(2, '0');
  }
  return (negative ? '-' : '') + placePoint(digits, exponent * 2);
}

function placePoint(digits: string, point: number): string {
  const padded = point <= 0 ? '0'.repeat(1 - point) + digits : digits.padEnd(point, '0');
  const at = Math.max(point, 1);
  const integer = padded.slice(0, at).replace(/^0+(?=\d)/, '');
  const fraction = padded.slice(at).replace(/0+$/, '');
  return fraction === '' ? integer : `${integer}.${fraction}`;
}
