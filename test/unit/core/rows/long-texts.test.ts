import { canonicalFor } from '../../../../src/core/canonical/canonical-text';
import { narrowingOf } from '../../../../src/core/canonical/narrowing';
import { decimal, integer } from '../../../../src/core/transforms';
import { phone } from '../../../../src/core/transforms/contacts';
import { isNumber } from '../../../../src/oracle/sql/key-values';
import { ByteWriter } from '../../../../src/postgres/encode/byte-writer';
import { float8 } from '../../../../src/postgres/encode/floats';

/** An expression that tries each of its places as a beginning would need tens of thousands of millions of steps for them. */
const LENGTH = 300_000;
const zeros = '0'.repeat(LENGTH);
const ones = '1'.repeat(LENGTH);
const blanks = ' '.repeat(LENGTH);

describe('a text of hundreds of thousands of characters', () => {
  it('is read once, whatever it nearly is', () => {
    expect(canonicalFor('number')(`1.${zeros}1`)).toBe(`1.${zeros}1`);
    expect(canonicalFor('padded')(`a${blanks}b  `)).toBe(`a${blanks}b`);
    expect(canonicalFor('time')(`10:00:00.${zeros}1`)).toBe(`10:00:00.${zeros}1`);
    expect(canonicalFor('address')(`${':'.repeat(LENGTH)}g`)).toBe(`${':'.repeat(LENGTH)}g`);
    expect(narrowingOf({ kind: 'float8', maxLength: null })?.narrows(`1${zeros}1`)).toBe(true);
    expect(float8(`${ones}x`, new ByteWriter())).not.toBeNull();
    expect(isNumber(`${ones}x`)).toBe(false);
  });

  it('is turned away by conversions of numbers and phone numbers', () => {
    expect(() => integer(`1.${zeros}1`)).toThrow('has a fraction');
    expect(() => decimal(9, 2)(`1.${zeros}1`)).toThrow('decimals');
    expect(() => phone({ country: '1' })(`555${blanks}!`)).toThrow('not a phone number');
  });
});
