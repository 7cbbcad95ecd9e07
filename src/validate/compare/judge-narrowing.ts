import { elementsOf } from '../../core/canonical/canonical-array';
import { elementKind, type CanonicalKind } from '../../core/canonical/canonical-text';
import type { Narrowing } from '../../core/canonical/narrowing';

interface JudgedColumn {
  readonly kind: CanonicalKind;
  readonly maxLength: number | null;
}

/**
 * What the load counts as narrowed by a column (core/canonical/narrowing.ts), worked out once more in other ways: a fault of the one is
 * then a difference between the counts. None of these functions is to be used by the load.
 */
export function judgeNarrowing({ kind, maxLength }: JudgedColumn): Narrowing | null {
  const element = elementKind(kind);
  if (element === null) return ofScalar({ kind, maxLength });
  const scalar = ofScalar({ kind: element, maxLength });
  if (scalar === null) return null;
  return {
    kind: `${scalar.kind}[]`,
    narrows: (value) => typeof value === 'string' && elementsOf(value).some(scalar.narrows),
  };
}

function ofScalar({ kind, maxLength }: JudgedColumn): Narrowing | null {
  switch (kind) {
    case 'float4':
      return { kind: 'stored as real', narrows: (value) => isFarFrom(String(value), Math.fround(Number(value))) };
    case 'float8':
      return { kind: 'stored as double precision', narrows: (value) => isFarFrom(String(value), Number(value)) };
    case 'jsonb':
      return { kind: 'stored as jsonb', narrows: (value) => typeof value === 'string' && repeatsName(value) };
    case 'padded':
      return maxLength === null
        ? null
        : { kind: `stored as char(${maxLength})`, narrows: (value) => hasOtherBlanks(String(value), maxLength) };
    default:
      return null;
  }
}

const DECIMAL = /^[-+]?(?<whole>\d*)\.?(?<fraction>\d*)(?:[eE](?<exponent>[-+]?\d{1,6}))?$/;
/** Of a number with more digits a binary float keeps never all. */
const MOST_DIGITS = 100;

/** Whether the float is half a unit of the number's last digit away from it, or farther: in exact arithmetic. */
function isFarFrom(text: string, float: number): boolean {
  if (String(float) === text) return false;
  const number = decimalOf(text);
  if (number === null) return false;
  if (String(number.digits).length > MOST_DIGITS || float === 0 || !Number.isFinite(float)) return true;
  const held = fractionOf(Math.abs(float));
  const unit = held.denominator * 10n ** BigInt(Math.max(number.exponent, 0));
  // Twice the distance, over the denominator that it shares with the unit.
  const distance = 2n * (held.numerator * 10n ** BigInt(Math.max(-number.exponent, 0)) - number.digits * unit);
  return distance >= unit || -distance > unit;
}

/** Without its sign and the zeros at its end; null for zero and for what is no number. */
function decimalOf(text: string): { readonly digits: bigint; readonly exponent: number } | null {
  const { whole = '', fraction = '', exponent = '0' } = DECIMAL.exec(text)?.groups ?? {};
  const all = `${whole}${fraction}`.replace(/^0+/, '');
  const digits = all.replace(/0+$/, '');
  if (digits === '') return null;
  return { digits: BigInt(digits), exponent: Number(exponent) - fraction.length + all.length - digits.length };
}

/** Exactly, as every finite float is one over a power of two. */
function fractionOf(float: number): { readonly numerator: bigint; readonly denominator: bigint } {
  let doublings = 0;
  let numerator = float;
  while (!Number.isInteger(numerator)) {
    numerator *= 2;
    doublings += 1;
  }
  return { numerator: BigInt(numerator), denominator: 2n ** BigInt(doublings) };
}

/** `char(n)` has as many characters as it has. */
function hasOtherBlanks(text: string, maxLength: number): boolean {
  return text.at(-1) === ' ' && Array.from(text).length !== maxLength;
}

/** Whether an object in the document has two members of one name: the parser keeps one. */
function repeatsName(text: string): boolean {
  const named = countNames(text);
  if (named < 2) return false;
  try {
    return keptNames(JSON.parse(text)) < named;
  } catch {
    return false;
  }
}

/** Level by level: no document is nested too deep for it. */
function keptNames(document: unknown): number {
  let names = 0;
  for (let level = [document]; level.length > 0;) {
    const objects = level.filter((value) => typeof value === 'object' && value !== null);
    names += objects.reduce((sum: number, value) => sum + (Array.isArray(value) ? 0 : Object.keys(value).length), 0);
    level = objects.flatMap((value) => Object.values(value) as unknown[]);
  }
  return names;
}

/** Strings that a colon follows; without its escapes no string holds a quotation mark. */
function countNames(text: string): number {
  const strings = text.replace(/\\[\s\S]/g, '').match(/"[^"]*"(?:\s*:)?/g) ?? [];
  return strings.filter((string) => string.endsWith(':')).length;
}
