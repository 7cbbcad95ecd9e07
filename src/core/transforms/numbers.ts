import { MigrationError, ValueRejected } from '../errors';
import type { DecimalText, IntegerText } from '../mapping/wire';
import { withoutTrailing } from '../canonical/without-trailing';
import { transform, type Transform } from '../mapping/transform';
import type { ValueType } from '../mapping/value-type';

const CANONICAL_INTEGER = /^(?:0|-?[1-9]\d*)$/;
/** Up to 15 digits and a sign: below 2^53 without looking closer. */
const SURELY_SAFE = 15;

/** A whole number below 2^53 in size, as canonical digits. A fraction, other text or a greater number turns the row away. */
export const integer = transform(
  'integer',
  [],
  (value: string) => {
    const text = CANONICAL_INTEGER.test(value) ? value : canonicalInteger(value);
    if (text.length > SURELY_SAFE && !Number.isSafeInteger(Number(text))) {
      throw new ValueRejected('integer of 2^53 or more');
    }
    return text as IntegerText;
  },
  { gives: 'integer' },
);

function canonicalInteger(value: string): string {
  const number = parseDecimal(value);
  if (number === null) throw new ValueRejected('not an integer');
  if (number.point < number.digits.length) throw new ValueRejected('has a fraction');
  if (number.point > 16) throw new ValueRejected('integer of 2^53 or more');
  return plainText(number);
}

/**
 * A decimal number of at most `precision - scale` digits before the point and `scale` behind it, as canonical text (`.5` is
 * `0.5`, `1.50` is `1.5`, `1E3` is `1000`). One that does not fit turns the row away: nothing is ever rounded.
 */
export function decimal(precision: number, scale: number): Transform<string, DecimalText> {
  if (!(Number.isInteger(precision) && Number.isInteger(scale) && scale >= 0 && precision >= scale && precision > 0)) {
    throw decimalImpossible(precision, scale);
  }
  const tooLong = `more than ${precision - scale} digits before the point`;
  const tooFine = scale === 0 ? 'has a fraction' : `more than ${scale} decimals`;
  return transform(
    'decimal',
    [precision, scale],
    (given: string) => {
      // Oracle writes `.5`: the one form besides the canonical that is frequent.
      const value = given.charCodeAt(0) === 0x2e ? `0${given}` : given;
      const canonical = CANONICAL_DECIMAL.test(value);
      const number = canonical ? null : parseDecimal(given);
      if (!canonical && number === null) throw new ValueRejected('not a number');
      const size =
        number === null ? sizeOf(value) : { before: number.point, behind: number.digits.length - number.point };
      if (size.before > precision - scale) throw new ValueRejected(tooLong);
      if (size.behind > scale) throw new ValueRejected(tooFine);
      return (number === null ? value : plainText(number)) as DecimalText;
    },
    { gives: decimalType(precision, scale) },
  );
}

function decimalType(precision: number, scale: number): ValueType {
  return { family: scale === 0 ? 'integer' : 'number', length: null, whole: precision - scale, scale };
}

const CANONICAL_DECIMAL = /^(?:0|-?(?:[1-9]\d*(?:\.\d*[1-9])?|0\.\d*[1-9]))$/;

/** Digits before and behind the point of canonical text; the zero of `0.5` is not a digit of the number. */
function sizeOf(text: string): { readonly before: number; readonly behind: number } {
  const point = text.indexOf('.');
  const end = point === -1 ? text.length : point;
  const start = text.charCodeAt(0) === 0x2d ? 1 : 0;
  const before = text.charCodeAt(start) === 0x30 ? 0 : end - start;
  return { before, behind: point === -1 ? 0 : text.length - point - 1 };
}

/** ±0.digits × 10^point, without zeros at either end of `digits`; zero has none and the point 0. */
interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly point: number;
}

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?$/;

function parseDecimal(text: string): Decimal | null {
  const [matched, sign, whole = '', fraction = '', exponent = '0'] = DECIMAL.exec(text) ?? [];
  const all = whole + fraction;
  if (matched === undefined || all === '') return null;
  const digits = all.replace(/^0+/, '');
  if (digits === '') return { negative: false, digits: '', point: 0 };
  const point = whole.length - (all.length - digits.length) + Number(exponent);
  return { negative: sign === '-', digits: withoutTrailing(digits, '0'), point };
}

/** Called only with a size that was checked, so that an exponent cannot ask for a text of megabytes. */
function plainText({ negative, digits, point }: Decimal): string {
  if (digits === '') return '0';
  const whole = point <= 0 ? '0' : digits.slice(0, point).padEnd(point, '0');
  const fraction = point < 0 ? '0'.repeat(-point) + digits : digits.slice(point);
  return `${negative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

function decimalImpossible(precision: number, scale: number): MigrationError {
  return new MigrationError('MAPPING_INVALID', `decimal(${precision}, ${scale}) is not a type of numbers`, {
    hint: 'Give whole numbers with precision >= 1 and 0 <= scale <= precision.',
    facts: { precision, scale },
  });
}
