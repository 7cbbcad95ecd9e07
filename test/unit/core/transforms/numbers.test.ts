import fc from 'fast-check';
import { decimal, integer } from '../../../../src/core/transforms';

const reasonOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return (error as { reason: string }).reason;
  }
  return 'accepted';
};

/** Oracle's and people's ways of writing a number: zeros around it, a bare point, a sign, an exponent. */
const written = fc
  .record({
    sign: fc.constantFrom('', '-', '+'),
    zeros: fc.constantFrom('', '0', '000'),
    whole: fc.bigInt({ min: 0n, max: 10n ** 25n }).map(String),
    fraction: fc.option(fc.stringMatching(/^\d{0,20}$/)),
    exponent: fc.option(fc.integer({ min: -30, max: 30 })),
  })
  .map(({ sign, zeros, whole, fraction, exponent }) => {
    const point = fraction === null ? '' : `.${fraction}`;
    return `${sign}${zeros}${whole}${point}${exponent === null ? '' : `E${exponent}`}`;
  });

const UNIT = 60;

/** The number times 10^60, by BigInt arithmetic alone. */
function scaled(text: string): bigint {
  const [, sign, whole = '', fraction = '', exponent = '0'] = /^([+-]?)(\d*)(?:\.(\d*))?(?:E(-?\d+))?$/i.exec(text)!;
  const size = BigInt(whole + fraction) * 10n ** BigInt(UNIT - fraction.length + Number(exponent));
  return sign === '-' ? -size : size;
}

describe('decimal', () => {
  it('keeps every number that fits, exactly, in canonical form', () => {
    fc.assert(
      fc.property(written, (text) => {
        const result = decimal(120, 55)(text);
        expect(scaled(result)).toBe(scaled(text));
        expect(result).toMatch(/^(?:0|-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?)$/);
        expect(decimal(120, 55)(result)).toBe(result);
      }),
    );
  });

  it('accepts a number exactly when it fits precision and scale', () => {
    fc.assert(
      fc.property(written, fc.integer({ min: 0, max: 25 }), fc.integer({ min: 1, max: 15 }), (text, whole, scale) => {
        const size = scaled(text) < 0n ? -scaled(text) : scaled(text);
        const fits = size < 10n ** BigInt(UNIT + whole) && size % 10n ** BigInt(UNIT - scale) === 0n;
        expect(reasonOf(() => decimal(whole + scale, scale)(text)) === 'accepted').toBe(fits);
      }),
    );
  });

  it.each([
    ['.5', '0.5'],
    ['-.5', '-0.5'],
    ['0', '0'],
    ['-0.00', '0'],
    ['1.50', '1.5'],
    ['1E2', '100'],
    ['99999999999999999999999999999999999999', '99999999999999999999999999999999999999'],
  ])('writes %s as %s', (text, expected) => {
    expect(decimal(40, 2)(text)).toBe(expected);
  });

  it.each([
    ['1000', 'more than 3 digits before the point'],
    ['0.125', 'more than 2 decimals'],
    ['1E999999999', 'more than 3 digits before the point'],
    ['1E-999999999', 'more than 2 decimals'],
    ['.', 'not a number'],
    ['', 'not a number'],
    ['1,5', 'not a number'],
    ['NaN', 'not a number'],
    ['0x10', 'not a number'],
  ])('turns %s away without quoting it', (text, reason) => {
    expect(reasonOf(() => decimal(5, 2)(text))).toBe(reason);
  });

  it('refuses a precision and scale that are no type', () => {
    expect(() => decimal(2, 5)).toThrow(/decimal\(2, 5\)/);
  });
});

describe('integer', () => {
  it('keeps every safe integer and turns greater ones away', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 60n), max: 2n ** 60n }), (value) => {
        const safe = Number.isSafeInteger(Number(value)) && BigInt(Number(value)) === value;
        const reason = reasonOf(() => integer(String(value)));
        expect(reason).toBe(safe ? 'accepted' : 'integer of 2^53 or more');
        if (safe) expect(integer(String(value))).toBe(String(value));
      }),
    );
  });

  it.each([
    ['007', '7'],
    ['-0', '0'],
    ['12.00', '12'],
    ['1E3', '1000'],
    ['9007199254740991', '9007199254740991'],
  ])('writes %s as %s', (text, expected) => {
    expect(integer(text)).toBe(expected);
  });

  it.each([
    ['1.5', 'has a fraction'],
    ['9007199254740992', 'integer of 2^53 or more'],
    ['1E999999999', 'integer of 2^53 or more'],
    ['twelve', 'not an integer'],
    ['', 'not an integer'],
    [' 1', 'not an integer'],
  ])('turns %s away', (text, reason) => {
    expect(reasonOf(() => integer(text))).toBe(reason);
  });
});
