import fc from 'fast-check';
import { BufferWriter } from '../../../../src/standin/ttc/format/buffer-writer';
import {
  decodeMoment,
  encodeDate,
  encodeTimestamp,
  encodeTimestampTz,
} from '../../../../src/standin/ttc/values/moment';
import { momentText, offsetText, shiftMoment, type Moment } from '../../../../src/standin/ttc/values/moment';
import { sliceOf } from '../../../../src/standin/ttc/values/slice';

function encoded(encode: typeof encodeDate, text: string): Buffer {
  const out = new BufferWriter(64);
  encode(sliceOf(Buffer.from(text)), out);
  expect(out.bytes[0]).toBe(out.length - 1);
  return Buffer.from(out.written().subarray(1));
}

const moments: fc.Arbitrary<Moment> = fc.record({
  year: fc.integer({ min: -4712, max: 9999 }).filter((year) => year !== 0),
  month: fc.integer({ min: 1, max: 12 }),
  day: fc.integer({ min: 1, max: 28 }),
  hour: fc.integer({ min: 0, max: 23 }),
  minute: fc.integer({ min: 0, max: 59 }),
  second: fc.integer({ min: 0, max: 59 }),
  nanoseconds: fc.integer({ min: 0, max: 999_999_999 }),
});

describe('dates and timestamps', () => {
  it.each([
    ['2024-02-29 13:45:59', '787c021d0e2e3c'],
    ['0001-01-01 00:00:00', '64650101010101'],
    ['4712-01-01 00:00:00 BC', '35580101010101'],
    ['0044-03-15 00:00:00 BC', '6438030f010101'],
    ['9999-12-31', 'c7c70c1f010101'],
  ])('encodes %s as a DATE', (text, hex) => {
    expect(encoded(encodeDate, text).toString('hex')).toBe(hex);
  });

  it('gives back every timestamp, BC and nanoseconds included', () => {
    fc.assert(
      fc.property(moments, (moment) => {
        expect(decodeMoment(encoded(encodeTimestamp, momentText(moment)))).toEqual(moment);
      }),
    );
  });

  it('drops the fraction of a DATE and the bytes of a fraction of 0', () => {
    expect(encoded(encodeDate, '2024-01-01 00:00:00.999')).toHaveLength(7);
    expect(encoded(encodeTimestamp, '2024-01-01 00:00:00.000')).toHaveLength(7);
    expect(decodeMoment(encoded(encodeTimestamp, '2024-01-01 00:00:00.5')).nanoseconds).toBe(500_000_000);
  });

  it('keeps the offset beside the UTC time', () => {
    fc.assert(
      fc.property(moments, fc.integer({ min: -12 * 60, max: 14 * 60 }), (moment, offsetMinutes) => {
        const text = `${momentText({ ...moment, year: Math.abs(moment.year) })} ${offsetText(offsetMinutes)}`;
        const decoded = decodeMoment(encoded(encodeTimestampTz, text));
        expect(decoded).toEqual({ ...moment, year: Math.abs(moment.year), offsetMinutes });
      }),
    );
  });

  it('reads the short offset of PostgreSQL', () => {
    expect(decodeMoment(encoded(encodeTimestampTz, '2024-05-06 07:08:09.25+00')).offsetMinutes).toBe(0);
    expect(decodeMoment(encoded(encodeTimestampTz, '2024-05-06 07:08:09-03:30')).offsetMinutes).toBe(-210);
  });

  it('shifts over the turn of a year, and back', () => {
    const night = { year: 2024, month: 12, day: 31, hour: 23, minute: 30, second: 0, nanoseconds: 5 };
    expect(momentText(shiftMoment(night, 60))).toBe('2025-01-01 00:30:00.000000005');
    fc.assert(
      fc.property(moments, fc.integer({ min: -840, max: 840 }), (moment, minutes) => {
        expect(shiftMoment(shiftMoment(moment, minutes), -minutes)).toEqual(moment);
      }),
    );
  });

  it('names what it cannot read', () => {
    expect(() => encoded(encodeDate, 'infinity')).toThrow('ORA-01841');
    expect(() => encoded(encodeDate, '10000-01-01')).toThrow('ORA-01841');
  });
});
