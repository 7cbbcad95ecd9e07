import type { CanonicalKind } from './canonical-text';
import { compareMoments } from './canonical-moment';

/** Exact figures of a column. The sum is null for moments; min and max are null where there is no value. */
export interface Figures {
  readonly values: number;
  readonly sum: string | null;
  readonly min: string | null;
  readonly max: string | null;
}

/** Adds up a column of canonical texts; nulls are not values. */
export interface FigureCounter {
  readonly add: (value: string) => void;
  /** Null where a value has no place in the figures (NaN, infinity). */
  readonly figures: () => Figures | null;
}

/** Null for kinds that have no figures. Binary floats have none: their sum depends on the order. */
export function figureCounter(kind: CanonicalKind): FigureCounter | null {
  if (kind === 'number') return numberCounter();
  return kind === 'moment' || kind === 'date' ? momentCounter() : null;
}

/** Digits that a double surely holds. */
const SAFE_DIGITS = 15;
const PLAIN = /^-?\d+(?:\.\d+)?$/;

function numberCounter(): FigureCounter {
  const sums = new ScaledSum();
  let values = 0;
  let exact = true;
  let min: string | null = null;
  let max: string | null = null;
  let [least, most] = [0, 0];
  return {
    add(value) {
      if (!PLAIN.test(value)) {
        exact = false;
        return;
      }
      values += 1;
      sums.add(value);
      const near = Number(value);
      if (min === null || near < least || (near === least && compareNumbers(value, min) < 0))
        [min, least] = [value, near];
      if (max === null || near > most || (near === most && compareNumbers(value, max) > 0)) [max, most] = [value, near];
    },
    figures: () => (exact ? { values, sum: sums.text(), min, max } : null),
  };
}

function momentCounter(): FigureCounter {
  let values = 0;
  let exact = true;
  let min: string | null = null;
  let max: string | null = null;
  return {
    add(value) {
      if (value.endsWith('infinity')) {
        exact = false;
        return;
      }
      values += 1;
      if (min === null || compareMoments(value, min) < 0) min = value;
      if (max === null || compareMoments(value, max) > 0) max = value;
    },
    figures: () => (exact ? { values, sum: null, min, max } : null),
  };
}

/** Numbers added up by their number of decimals: as doubles while those are exact. */
class ScaledSum {
  private readonly quick: number[] = [];
  private readonly exact = new Map<number, bigint>();

  add(text: string): void {
    const point = text.indexOf('.');
    const scale = point === -1 ? 0 : text.length - point - 1;
    if (text.length > SAFE_DIGITS) {
      this.keep(scale, BigInt(digitsOf(text)));
      return;
    }
    const sum = (this.quick[scale] ?? 0) + Number(point === -1 ? text : digitsOf(text));
    this.quick[scale] = sum;
    if (Math.abs(sum) < 2 ** 52) return;
    this.keep(scale, BigInt(sum));
    this.quick[scale] = 0;
  }

  text(): string {
    this.quick.forEach((sum, scale) => {
      this.keep(scale, BigInt(sum));
    });
    this.quick.length = 0;
    const scale = Math.max(0, ...this.exact.keys());
    let total = 0n;
    for (const [each, sum] of this.exact) total += sum * 10n ** BigInt(scale - each);
    return decimalText(total, scale);
  }

  private keep(scale: number, sum: bigint): void {
    this.exact.set(scale, (this.exact.get(scale) ?? 0n) + sum);
  }
}

function digitsOf(text: string): string {
  return text.replace('.', '');
}

function decimalText(total: bigint, scale: number): string {
  const sign = total < 0n ? '-' : '';
  const digits = (total < 0n ? -total : total).toString().padStart(scale + 1, '0');
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '');
  const whole = digits.slice(0, digits.length - scale);
  return scale === 0 || fraction === '' ? sign + whole : `${sign}${whole}.${fraction}`;
}

function compareNumbers(a: string, b: string): number {
  if (a === b) return 0;
  const scale = Math.max(scaleOf(a), scaleOf(b));
  const aligned = (text: string): bigint => BigInt(digitsOf(text)) * 10n ** BigInt(scale - scaleOf(text));
  return aligned(a) < aligned(b) ? -1 : 1;
}

function scaleOf(text: string): number {
  const point = text.indexOf('.');
  return point === -1 ? 0 : text.length - point - 1;
}
