import { withoutTrailing } from './without-trailing';

/** What nearly all numbers are already. */
const PLAIN = /^(?:0|-?(?:[1-9]\d*(?:\.\d*[1-9])?|0\.\d*[1-9]))$/;
const DECIMAL = /^([-+]?)(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d{1,6}))?$/;
/** A map, for an object would also answer to `constructor`. */
const SPECIAL: ReadonlyMap<string, string> = new Map([
  ['nan', 'NaN'],
  ['inf', 'Infinity'],
  ['-inf', '-Infinity'],
  ['infinity', 'Infinity'],
  ['-infinity', '-Infinity'],
]);

/** Plain digits without zeros that carry nothing: `1.50` is `1.5`, `.5` is `0.5`, `1E3` is `1000`, `-0.0` is `0`. */
export function canonicalNumber(text: string): string {
  if (PLAIN.test(text)) return text;
  const [, sign, whole = '', fraction = '', exponent = '0'] = DECIMAL.exec(text) ?? [];
  const digits = whole + fraction;
  if (digits === '') return SPECIAL.get(text.toLowerCase()) ?? text;
  const placed = withPoint(digits, whole.length + Number(exponent));
  return sign === '-' && placed !== '0' ? `-${placed}` : placed;
}

/** The shortest text of the binary number that a column of that precision holds; `-0` is `0`, which it is equal to. */
export function canonicalFloat(text: string, precision: 'single' | 'double'): string {
  const special = SPECIAL.get(text.toLowerCase());
  if (special !== undefined) return special;
  const number = DECIMAL.test(text) && /\d/.test(text) ? Number(text) : NaN;
  if (Number.isNaN(number)) return text;
  const held = precision === 'single' ? Math.fround(number) : number;
  return String(held === 0 ? 0 : held);
}

/** `digits` with the point before the one at `point`, without zeros at either end. */
function withPoint(digits: string, point: number): string {
  const padded = point < 0 ? '0'.repeat(-point) + digits : digits.padEnd(point, '0');
  const at = Math.max(point, 0);
  const whole = padded.slice(0, at).replace(/^0+(?=\d)/, '');
  const fraction = withoutTrailing(padded.slice(at), '0');
  return fraction === '' ? whole || '0' : `${whole || '0'}.${fraction}`;
}
