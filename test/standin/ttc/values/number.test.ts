import fc from 'fast-check';
import { BufferWriter } from '../../../../src/standin/ttc/format/buffer-writer';
import { decodeNumber, encodeBinaryNumeric, encodeNumberText } from '../../../../src/standin/ttc/values/number';
import { sliceOf } from '../../../../src/standin/ttc/values/slice';

function encoded(text: string): Buffer {
  const out = new BufferWriter(64);
  encodeNumberText(sliceOf(Buffer.from(text)), out);
  expect(out.bytes[0]).toBe(out.length - 1);
  return Buffer.from(out.written().subarray(1));
}

/** PostgreSQL's binary numeric of plain decimal text, as numeric_send makes it. */
function binaryNumeric(text: string): Buffer {
  const [, sign, integer = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text)!;
  const whole = integer.padStart(Math.ceil(integer.length / 4) * 4, '0');
  const part = fraction.padEnd(Math.ceil(fraction.length / 4) * 4, '0');
  const digits = ((whole + part).match(/\d{4}/g) ?? []).map(Number);
  let weight = whole.length / 4 - 1;
  while (digits[0] === 0) {
    digits.shift();
    weight--;
  }
  while (digits.at(-1) === 0) digits.pop();
  const bytes = Buffer.alloc(8 + 2 * digits.length);
  bytes.writeUInt16BE(digits.length, 0);
  bytes.writeInt16BE(digits.length === 0 ? 0 : weight, 2);
  bytes.writeUInt16BE(sign === '-' && digits.length > 0 ? 0x4000 : 0, 4);
  bytes.writeUInt16BE(fraction.length, 6);
  digits.forEach((digit, i) => bytes.writeUInt16BE(digit, 8 + 2 * i));
  return bytes;
}

/** Plain decimal text of up to 38 significant digits anywhere within Oracle's range. */
const decimals = fc
  .tuple(fc.boolean(), fc.stringMatching(/^[1-9]\d{0,37}$/), fc.integer({ min: -90, max: 80 }))
  .map(([negative, digits, scale]) => {
    const padded = scale >= 0 ? digits + '0'.repeat(scale) : digits.padStart(1 - scale, '0');
    const text = scale >= 0 ? padded : `${padded.slice(0, scale)}.${padded.slice(scale)}`;
    return (negative ? '-' : '') + text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
  });

describe('NUMBER', () => {
  it.each([
    ['0', '80'],
    ['1', 'c102'],
    ['-1', '3e6466'],
    ['100', 'c202'],
    ['123456.789', 'c30d23394f5b'],
    ['-123456.789', '3c59432d170b66'],
    ['0.1', 'c00b'],
    ['0.001', 'bf0b'],
    ['1e-130', '8002'],
    ['9.9E125', 'ff64'],
    ['.5', 'c033'],
    ['007.500', 'c10833'],
  ])('encodes %s as Oracle does', (text, hex) => {
    expect(encoded(text).toString('hex')).toBe(hex);
  });

  it('keeps every decimal of up to 38 digits, through text', () => {
    fc.assert(fc.property(decimals, (text) => decodeNumber(encoded(text)) === text));
  });

  it('encodes binary numeric to the same bytes as its text', () => {
    fc.assert(
      fc.property(decimals, (text) => {
        const out = new BufferWriter(64);
        encodeBinaryNumeric(sliceOf(binaryNumeric(text)), out);
        expect(out.written().subarray(1).toString('hex')).toBe(encoded(text).toString('hex'));
      }),
    );
  });

  it('orders as numbers do when compared as bytes', () => {
    const integers = fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n });
    fc.assert(
      fc.property(integers, integers, (a, b) => {
        expect(Math.sign(Buffer.compare(encoded(String(a)), encoded(String(b))))).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
  });

  it('rounds what has more than 40 digits', () => {
    expect(decodeNumber(encoded(`0.${'3'.repeat(60)}`))).toBe(`0.${'3'.repeat(40)}`);
    expect(decodeNumber(encoded(`0.${'6'.repeat(60)}`))).toBe(`0.${'6'.repeat(39)}7`);
    expect(decodeNumber(encoded('9'.repeat(50)))).toBe(`1${'0'.repeat(50)}`);
  });

  it('refuses what is too large, and takes what is too small for zero', () => {
    expect(() => encoded('1e126')).toThrow('ORA-01426');
    expect(() => encoded('NaN')).toThrow('ORA-01426');
    expect(encoded('1e-140').toString('hex')).toBe('80');
  });
});
