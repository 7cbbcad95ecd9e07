import fc from 'fast-check';
import { BufferWriter } from '../../../../src/standin/ttc/format/buffer-writer';
import { decodeBinaryFloat, encodeBinaryFloat } from '../../../../src/standin/ttc/values/binary-float';
import { decodeIntervalDayToSecond, decodeIntervalYearToMonth } from '../../../../src/standin/ttc/values/interval';
import { encodeIntervalDayToSecond, encodeIntervalYearToMonth } from '../../../../src/standin/ttc/values/interval';
import type { EncodeValue } from '../../../../src/standin/ttc/row-encoder';
import { sliceOf } from '../../../../src/standin/ttc/values/slice';

function encoded(encode: EncodeValue, bytes: Buffer): Buffer {
  const out = new BufferWriter(64);
  encode(sliceOf(bytes), out);
  return Buffer.from(out.written().subarray(1));
}

const two = (value: number): string => String(value).padStart(2, '0');

describe('intervals', () => {
  it('gives back every day-to-second interval', () => {
    const part = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max });
    const tuple = fc.tuple(fc.boolean(), part(999_999_999), part(23), part(59), part(59), part(999_999_999));
    fc.assert(
      fc.property(tuple, ([negative, days, hours, minutes, seconds, nanoseconds]) => {
        const zero = days + hours + minutes + seconds + nanoseconds === 0;
        const time = [hours, minutes, seconds].map(two).join(':');
        const text = `${negative && !zero ? '-' : '+'}${two(days)} ${time}.${String(nanoseconds).padStart(9, '0')}`;
        expect(decodeIntervalDayToSecond(encoded(encodeIntervalDayToSecond, Buffer.from(text)))).toBe(text);
      }),
    );
  });

  it.each([
    ['0', '+00 00:00:00.000000000'],
    ['3 4:05:06', '+03 04:05:06.000000000'],
    ['-4:05:06.5', '-00 04:05:06.500000000'],
  ])('reads %s as PostgreSQL writes it', (text, expected) => {
    expect(decodeIntervalDayToSecond(encoded(encodeIntervalDayToSecond, Buffer.from(text)))).toBe(expected);
  });

  it.each(['+02-06', '-00-11', '+999999999-00'])('gives back %s', (text) => {
    expect(decodeIntervalYearToMonth(encoded(encodeIntervalYearToMonth, Buffer.from(text)))).toBe(text);
  });

  it('gives back every year-to-month interval', () => {
    const tuple = fc.tuple(fc.boolean(), fc.nat(999_999_999), fc.nat(11));
    fc.assert(
      fc.property(tuple, ([negative, years, months]) => {
        const text = `${negative && years + months > 0 ? '-' : '+'}${two(years)}-${two(months)}`;
        expect(decodeIntervalYearToMonth(encoded(encodeIntervalYearToMonth, Buffer.from(text)))).toBe(text);
      }),
    );
  });

  it('names what is no interval', () => {
    expect(() => encoded(encodeIntervalYearToMonth, Buffer.from('soon'))).toThrow('ORA-01867');
    expect(() => encoded(encodeIntervalDayToSecond, Buffer.from('soon'))).toThrow('ORA-01867');
  });
});

describe('binary floats', () => {
  it('gives back every double and float, in an order of bytes that is that of numbers', () => {
    const double = (value: number): Buffer => {
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleBE(value);
      return encoded(encodeBinaryFloat, bytes);
    };
    fc.assert(fc.property(fc.double(), (value) => Object.is(decodeBinaryFloat(double(value)), value)));
    const finite = fc.double({ noNaN: true });
    fc.assert(fc.property(finite, finite, (a, b) => a >= b || Buffer.compare(double(a), double(b)) < 0));
    fc.assert(
      fc.property(fc.float(), (value) => {
        const bytes = Buffer.alloc(4);
        bytes.writeFloatBE(value);
        return Object.is(decodeBinaryFloat(encoded(encodeBinaryFloat, bytes)), value);
      }),
    );
  });
});
