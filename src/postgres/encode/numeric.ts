import type { ByteWriter } from './byte-writer';
import type { CellEncoder, EncodedColumn } from './encoder';
import { moreDecimals, NOT_DECIMAL, OUT_OF_RANGE, type CellFault } from './faults';

const ZERO = 48;
const NINE = 57;
const POINT = 46;
const MINUS = 45;
/** Decimal digits in one base-10000 digit. */
const GROUP = 4;
const NEGATIVE = 0x4000;
/** What the format holds: digits before and after the point. */
const MOST_WHOLE_DIGITS = 131_072;
const MOST_DECIMALS = 16_383;
const SCIENTIFIC = /^(-?)(\d+)(?:\.(\d*))?[eE]([-+]?\d{1,6})$/;

/** Where the digits of a decimal text are: `first` … `point` … `end`, leading zeros left out. */
interface Digits {
  negative: boolean;
  first: number;
  /** Index of the point; `end` where there is none. */
  point: number;
  end: number;
  /** Index behind the last decimal that is not zero. */
  significantEnd: number;
  /** Decimals that the server shows. */
  shownScale: number;
}

/** `numeric`, from decimal text, exactly; what the column would round or cannot hold is refused. */
export function numericEncoder({ precision, scale }: EncodedColumn): CellEncoder {
  const digits: Digits = { negative: false, first: 0, point: 0, end: 0, significantEnd: 0, shownScale: 0 };
  const wholeDigits = precision === null ? MOST_WHOLE_DIGITS : precision - (scale ?? 0);
  const decimals = scale ?? MOST_DECIMALS;
  const limits: Limits = { wholeDigits, decimals, tooManyDecimals: moreDecimals(decimals) };
  return (value, out) => {
    if (typeof value !== 'string' && typeof value !== 'number') return NOT_DECIMAL;
    const written = typeof value === 'string' ? value : String(value);
    let text = written;
    if (!readDigits(text, digits)) {
      text = plain(written);
      if (!readDigits(text, digits)) return NOT_DECIMAL;
    }
    const fault = limitFault(text, digits, limits);
    if (fault !== null) return fault;
    // With a declared scale the server stores that scale: writing it makes the row's bytes independent of trailing zeros.
    digits.shownScale = scale === null ? decimalsOf(digits) : Math.max(scale, 0);
    writeDigits(text, digits, out);
    return null;
  };
}

interface Limits {
  readonly wholeDigits: number;
  readonly decimals: number;
  readonly tooManyDecimals: CellFault;
}

function limitFault(
  text: string,
  digits: Digits,
  { wholeDigits, decimals, tooManyDecimals }: Limits,
): CellFault | null {
  const significant = digits.significantEnd > digits.point ? digits.significantEnd - digits.point - 1 : 0;
  if (significant > Math.max(decimals, 0)) return tooManyDecimals;
  if (decimals < 0 && !endsInZeros(text, digits, -decimals)) return tooManyDecimals;
  const whole = digits.point - digits.first;
  if (whole > Math.max(wholeDigits, 0)) return OUT_OF_RANGE;
  // numeric(2,4) holds 0.0099 at most: the first decimals must be zeros.
  return wholeDigits < 0 && whole === 0 && !startsWithZeros(text, digits, -wholeDigits) ? OUT_OF_RANGE : null;
}

/** Fills `digits`; false when the text is no plain decimal number. */
function readDigits(text: string, digits: Digits): boolean {
  const end = text.length;
  const negative = text.charCodeAt(0) === MINUS;
  let at = negative ? 1 : 0;
  const start = at;
  while (at < end && text.charCodeAt(at) === ZERO) at++;
  digits.negative = negative;
  digits.first = at;
  while (at < end && isDigit(text.charCodeAt(at))) at++;
  const wholes = at - start;
  digits.point = at;
  digits.end = end;
  digits.significantEnd = at;
  if (at === end) return wholes > 0;
  if (text.charCodeAt(at) !== POINT) return false;
  for (at++; at < end; at++) {
    const code = text.charCodeAt(at);
    if (!isDigit(code)) return false;
    if (code !== ZERO) digits.significantEnd = at + 1;
  }
  return wholes > 0 || end - digits.point > 1;
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

function decimalsOf({ point, end }: Digits): number {
  return end > point ? end - point - 1 : 0;
}

function endsInZeros(text: string, { first, point }: Digits, zeros: number): boolean {
  for (let at = Math.max(first, point - zeros); at < point; at++) if (text.charCodeAt(at) !== ZERO) return false;
  return true;
}

function startsWithZeros(text: string, { point, end }: Digits, zeros: number): boolean {
  const until = Math.min(end, point + 1 + zeros);
  for (let at = point + 1; at < until; at++) if (text.charCodeAt(at) !== ZERO) return false;
  return true;
}

/** Length, then: number of base-10000 digits, weight of the first, sign, scale, the digits without zeros at either end. */
function writeDigits(text: string, digits: Digits, out: ByteWriter): void {
  const whole = digits.point - digits.first;
  const decimals = digits.significantEnd > digits.point ? digits.significantEnd - digits.point - 1 : 0;
  const wholeGroups = Math.ceil(whole / GROUP);
  const groups = wholeGroups + Math.ceil(decimals / GROUP);
  out.reserve(12 + groups * 2);
  const { view, position } = out;
  let count = 0;
  let kept = 0;
  let weight = wholeGroups - 1;
  for (let group = 0; group < groups; group++) {
    const from =
      group < wholeGroups ? digits.point - (wholeGroups - group) * GROUP : decimalStart(digits, group - wholeGroups);
    const value = groupValue(text, from, group < wholeGroups ? digits.point : digits.significantEnd);
    if (count === 0 && value === 0) {
      weight--;
      continue;
    }
    view.setInt16(position + 12 + count * 2, value);
    count++;
    if (value !== 0) kept = count;
  }
  view.setInt32(position, 8 + kept * 2);
  view.setInt16(position + 4, kept);
  view.setInt16(position + 6, kept === 0 ? 0 : weight);
  view.setInt16(position + 8, digits.negative && kept > 0 ? NEGATIVE : 0);
  view.setInt16(position + 10, digits.shownScale);
  out.position = position + 12 + kept * 2;
}

function decimalStart({ point }: Digits, group: number): number {
  return point + 1 + group * GROUP;
}

/** The four digits from `from`; those before the number's first or at `end` and beyond count as zero. */
function groupValue(text: string, from: number, end: number): number {
  let value = 0;
  for (let at = from; at < from + GROUP; at++) {
    const code = at < 0 || at >= end ? ZERO : text.charCodeAt(at);
    value = value * 10 + (code === MINUS ? 0 : code - ZERO);
  }
  return value;
}

/** `1.5E-7` without its exponent; any other text unchanged. */
function plain(text: string): string {
  const parts = SCIENTIFIC.exec(text);
  if (parts === null) return text;
  const [, sign = '', whole = '', decimals = '', exponent = '0'] = parts;
  const digits = whole + decimals;
  const point = whole.length + Number(exponent);
  if (Math.abs(point) > MOST_WHOLE_DIGITS * 2) return text;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return point >= digits.length
    ? sign + digits.padEnd(point, '0')
    : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}
