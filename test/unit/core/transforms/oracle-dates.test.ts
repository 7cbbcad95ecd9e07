import fc from 'fast-check';
import type { CanonicalDate, DateText, TimestampText } from '../../../../src/core/mapping/wire';
import {
  atMidnight,
  dateFromText,
  oracleDate,
  oracleTimestamp,
  timestampToMicroseconds,
} from '../../../../src/core/transforms';

const date = (text: string): DateText => text as DateText;
const stamp = (text: string): TimestampText => text as TimestampText;

describe('oracleTimestamp', () => {
  it.each([
    [' 2024-01-02 03:04:05', '2024-01-02 03:04:05'],
    [' 0001-01-01 00:00:00', '0001-01-01 00:00:00'],
    [' 9999-12-31 23:59:59', '9999-12-31 23:59:59'],
    ['-4712-01-01 00:00:00', '4712-01-01 00:00:00 BC'],
    [' 2024-01-02 03:04:05.000000000', '2024-01-02 03:04:05'],
    [' 2024-01-02 03:04:05.120000000', '2024-01-02 03:04:05.120000'],
    [' 2024-01-02 03:04:05.123456000 +02:00', '2024-01-02 03:04:05.123456+02:00'],
    [' 2024-01-02 03:04:05.000000000 -05:30', '2024-01-02 03:04:05-05:30'],
    ['-0044-03-15 12:00:00.500000000 +00:00', '0044-03-15 12:00:00.500000+00:00 BC'],
  ])('writes %s as %s', (text, expected) => {
    expect(oracleTimestamp(date(text))).toBe(expected);
  });

  it.each([
    [' 2024-01-02 03:04:05.123456789', 'finer than microseconds'],
    [' 2023-02-29 00:00:00', 'not a day of the calendar'],
    [' 1500-02-29 00:00:00', 'not a day of the calendar'],
    [' 8080-80-80 00:00:00', 'not a day of the calendar'],
    [' 2004-13-24 00:00:00', 'not a day of the calendar'],
    [' 0000-01-01 00:00:00', 'not a day of the calendar'],
    ['-4713-01-01 00:00:00', 'not a day of the calendar'],
    [' 2024-01-02 24:00:00', 'not a date'],
    ['2024-01-02', 'not a date'],
    ['', 'not a date'],
  ])('turns %s away', (text, reason) => {
    expect(() => oracleTimestamp(date(text))).toThrow(reason);
  });

  it('accepts the days of the calendar and no others', () => {
    const day = fc.record({
      y: fc.integer({ min: 1, max: 9999 }),
      m: fc.integer({ min: 0, max: 14 }),
      d: fc.integer({ min: 0, max: 32 }),
    });
    fc.assert(
      fc.property(day, ({ y, m, d }) => {
        const real = new Date(Date.UTC(2000, 0, 1));
        real.setUTCFullYear(y, m - 1, d);
        const exists = real.getUTCMonth() === m - 1 && real.getUTCDate() === d && real.getUTCFullYear() === y;
        const text = [String(y).padStart(4, '0'), String(m).padStart(2, '0'), String(d).padStart(2, '0')].join('-');
        const run = (): string => oracleTimestamp(date(` ${text} 00:00:00`));
        if (exists) expect(run()).toBe(`${text} 00:00:00`);
        else expect(run).toThrow('not a day of the calendar');
      }),
    );
  });
});

describe('timestampToMicroseconds', () => {
  it('cuts digits 7 to 9 and leaves all other texts as they are', () => {
    expect(timestampToMicroseconds(stamp(' 2024-01-02 03:04:05.123456789 +02:00'))).toBe(
      ' 2024-01-02 03:04:05.123456 +02:00',
    );
    const exact = stamp(' 2024-01-02 03:04:05.123456000 +02:00');
    expect(timestampToMicroseconds(exact)).toBe(exact);
    expect(timestampToMicroseconds(stamp(' 2024-01-02 03:04:05'))).toBe(' 2024-01-02 03:04:05');
  });

  it('makes every timestamp one that oracleTimestamp takes', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{1,9}$/), fc.constantFrom('', ' +14:00'), (fraction, zone) => {
        const cut = timestampToMicroseconds(stamp(` 2024-01-02 03:04:05.${fraction}${zone}`));
        expect(timestampToMicroseconds(cut)).toBe(cut);
        const micros = Number(fraction.padEnd(9, '0').slice(0, 6));
        expect(oracleTimestamp(cut)).toBe(
          `2024-01-02 03:04:05${micros === 0 ? '' : `.${String(micros).padStart(6, '0')}`}${zone.trim()}`,
        );
      }),
    );
  });
});

describe('oracleDate', () => {
  it('takes the day of a midnight, before our era too', () => {
    expect(oracleDate(date(' 2024-02-29 00:00:00'))).toBe('2024-02-29');
    expect(oracleDate(stamp(' 2024-02-29 00:00:00.000000000 +01:00'))).toBe('2024-02-29');
    expect(oracleDate(date('-0044-03-15 00:00:00'))).toBe('0044-03-15 BC');
  });

  it.each([' 2024-01-02 03:00:00', ' 2024-01-02 00:00:01', ' 2024-01-02 00:00:00.000000001'])(
    'turns the time of day in %s away',
    (text) => {
      expect(() => oracleDate(date(text))).toThrow('has a time of day');
    },
  );

  it('becomes the first moment of the day by atMidnight', () => {
    expect(atMidnight('2024-02-29' as CanonicalDate)).toBe('2024-02-29 00:00:00');
    expect(atMidnight('0044-03-15 BC' as CanonicalDate)).toBe('0044-03-15 00:00:00 BC');
  });
});

describe('dateFromText', () => {
  const read = dateFromText('YYYYMMDD', 'MM/DD/YYYY', 'DD-MON-YYYY', 'DD.MM.YYYY', 'YYYY-MM-DD');

  it.each([
    ['20240229', '2024-02-29'],
    ['02/29/2024', '2024-02-29'],
    ['2/9/2024', '2024-02-09'],
    ['29-Feb-2024', '2024-02-29'],
    ['29.02.2024', '2024-02-29'],
    ['2024-02-29', '2024-02-29'],
  ])('reads %s as %s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it.each(['20230229', '02/30/2024', '13/01/2024', '29-FEV-2024', '2024022', '2/9/24', '', ' 20240229', '00000000'])(
    'turns %s away and names the formats, not the value',
    (text) => {
      expect(() => read(text)).toThrow(
        'not a date in YYYYMMDD or MM/DD/YYYY or DD-MON-YYYY or DD.MM.YYYY or YYYY-MM-DD',
      );
    },
  );

  it('takes the first format that makes a real day', () => {
    expect(dateFromText('MM/DD/YYYY', 'DD/MM/YYYY')('05/04/2024')).toBe('2024-05-04');
    expect(dateFromText('MM/DD/YYYY', 'DD/MM/YYYY')('25/04/2024')).toBe('2024-04-25');
  });

  it('refuses to be made without a format', () => {
    expect(() => dateFromText()).toThrow(/no format/);
  });
});
