import fc from 'fast-check';
import { canonicalFor, type CanonicalKind } from '../../../../src/core/canonical/canonical-text';
import { compareMoments } from '../../../../src/core/canonical/canonical-moment';
import { keyText, rowText } from '../../../../src/core/canonical/row-digest';

describe('canonicalFor', () => {
  it.each<readonly [CanonicalKind, string | number | boolean, string]>([
    ['number', '1.50', '1.5'],
    ['number', '.71', '0.71'],
    ['number', '-0.00', '0'],
    ['number', '1E-3', '0.001'],
    ['number', '12.5e3', '12500'],
    ['number', '+007', '7'],
    ['number', 'nonsense', 'nonsense'],
    ['float4', '0.1', String(Math.fround(0.1))],
    ['float8', '1e-300', '1e-300'],
    ['float8', '-0', '0'],
    ['boolean', true, 't'],
    ['boolean', 'false', 'f'],
    ['padded', 'ab  ', 'ab'],
    ['text', 'ab ', 'ab '],
    ['text', 7, '7'],
    ['date', '2020-02-03 00:00:00', '2020-02-03'],
    ['date', '0001-01-01 BC', '0001-01-01 BC'],
    ['moment', '2020-02-03', '2020-02-03 00:00:00'],
    ['moment', '2020-02-03T04:05:06.120000+02:30', '2020-02-03 01:35:06.12'],
    ['moment', '0001-01-01 00:00:00+14:00', '0001-12-31 10:00:00 BC'],
    ['moment', '2020-02-29 23:59:59-00:00:01', '2020-03-01 00:00:00'],
    ['time', '10:20:30.500', '10:20:30.5'],
    ['uuid', '6F1E1C0A000040008000000000000001', '6f1e1c0a-0000-4000-8000-000000000001'],
    ['jsonb', '{"b":1.50, "a":[1e2,null]}', '{"a":[100,null],"b":1.5}'],
    ['jsonb', 'no json', 'no json'],
    ['interval', '-002 03:00:00.000000000', '0 mons -2 days -10800000000 us'],
    ['interval', '-2 days -03:00:00', '0 mons -2 days -10800000000 us'],
    ['interval', '-2 days +03:00:00', '0 mons -2 days 10800000000 us'],
    ['interval', '+0001-02', '14 mons 0 days 0 us'],
    ['interval', '1 year 2 mons', '14 mons 0 days 0 us'],
    ['interval', '1 mon', '1 mons 0 days 0 us'],
    ['interval', '30 days', '0 mons 30 days 0 us'],
    ['interval', '24:00:00', '0 mons 0 days 86400000000 us'],
    ['interval', '+000 00:00:00.000000001', '0 mons 0 days 0.001 us'],
    ['interval', 'P1Y2M3DT4H5M6.7S', '14 mons 3 days 14706700000 us'],
    ['interval', '-4 years -4 mons +240 days 02:35:20.816608', '-52 mons 240 days 9320816608 us'],
    ['interval', '-1 day 02:00:00', '-1 day 02:00:00'],
    ['interval', 'soon', 'soon'],
    ['interval', '', ''],
    ['timetz', '10:00:00.50+02', '10:00:00.5+02:00'],
    ['timetz', '10:00:00Z', '10:00:00+00:00'],
    ['timetz', '10:00:00-00', '10:00:00+00:00'],
    ['timetz', '10:00:00 -00:44:30', '10:00:00-00:44:30'],
    ['timetz', '10:00:00', '10:00:00'],
    ['money', '-1234.50', '-1234.5'],
    ['address', '10.0.0.1', '10.0.0.1/32'],
    ['address', '2001:DB8:0:0::1/64', '2001:db8::1/64'],
    ['address', 'fe80::1%eth0', 'fe80::1%eth0'],
    ['hardware-address', '0800.2B01.0203', '08:00:2b:01:02:03'],
    ['number[]', '{ 1.50 ,NULL,"2"}', '{"1.5",NULL,"2"}'],
    ['text[]', '{a,"b ""c",\\"d\\ ,"NULL",null,""}', '{"a","b c","\\"d ","NULL",NULL,""}'],
    ['number[]', '[1:2]={1,2}', '{"1","2"}'],
    ['number[]', '[0:1]={1,2}', '[0:1]={"1","2"}'],
    ['bytes[]', '{"\\\\x0AFF"}', '{"\\\\x0aff"}'],
    ['interval[]', '{{+0001-02,1 day}}', '{{"14 mons 0 days 0 us","0 mons 1 days 0 us"}}'],
  ])('writes a %s %s as %s', (kind, value, expected) => {
    expect(canonicalFor(kind)(value)).toBe(expected);
  });

  it('writes documents that are nested more deeply than calls can be', () => {
    const text = `${'[ {"b": 1.0, "a":'.repeat(20_000)}0${'}]'.repeat(20_000)}`;
    expect(canonicalFor('jsonb')(text)).toBe(`${'[{"a":'.repeat(20_000)}0${',"b":1}]'.repeat(20_000)}`);
  });

  it('writes documents with strings of any length, whatever stands in them', () => {
    const long = 'x'.repeat(12_000_000);
    expect(canonicalFor('jsonb')(`{"b": "${long}", "a": 1.0}`)).toBe(`{"a":1,"b":"${long}"}`);
    for (const name of ['12.50', '\\', '"', '\\"7.0', '":1.0', '\\\\"', 'x\\']) {
      const text = JSON.stringify(name);
      expect(canonicalFor('jsonb')(`[${text} , 2.50,{${text}: 1e2}]`)).toBe(`[${text},2.5,{${text}:100}]`);
    }
    expect(canonicalFor('jsonb')('{"a": 1.0')).toBe('{"a": 1.0');
  });

  it('drops the blanks of char(n) at its end alone, in one pass', () => {
    const blanks = ' '.repeat(300_000);
    expect(canonicalFor('padded')(`a${blanks}b${blanks}`)).toBe(`a${blanks}b`);
  });

  it('takes no name of an object’s own members for a value', () => {
    expect(canonicalFor('float8')('constructor')).toBe('constructor');
    expect(canonicalFor('number')('constructor')).toBe('constructor');
    expect(canonicalFor('interval')('5 constructor')).toBe('5 constructor');
  });

  it('moves moments to UTC as the calendar does', () => {
    const inTime = fc.date({ min: new Date('0100-01-01'), max: new Date('9990-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(inTime, fc.integer({ min: -899, max: 899 }), (date, minutes) => {
        const local = new Date(date.getTime() + minutes * 60_000).toISOString().slice(0, 19);
        const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
        const offset = `${minutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}`;
        expect(canonicalFor('moment')(local + offset)).toBe(date.toISOString().slice(0, 19).replace('T', ' '));
      }),
    );
  });

  it('writes what it has written', () => {
    const kinds: CanonicalKind[] = ['number', 'float8', 'padded', 'date', 'moment', 'time', 'uuid', 'jsonb'];
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.oneof(fc.string(), fc.double().map(String)), (kind, text) => {
        const once = canonicalFor(kind)(text);
        expect(canonicalFor(kind)(once)).toBe(once);
      }),
    );
  });
});

describe('compareMoments', () => {
  it('orders moments of all eras', () => {
    const ordered = [
      '4713-01-01 00:00:00 BC',
      '0001-01-01 00:00:00 BC',
      '0001-12-31 23:59:59 BC',
      '0001-01-01 00:00:00',
      '1999-12-31 23:59:59.999999',
      '2000-01-01 00:00:00',
      '2000-01-01 00:00:00.5',
      '9999-12-31 00:00:00',
      '12000-01-01 00:00:00',
    ];
    expect([...ordered].reverse().sort(compareMoments)).toEqual(ordered);
  });
});

describe('rowText', () => {
  it('tells every two rows apart', () => {
    const cell = fc.option(fc.string({ maxLength: 4 }).map((text) => text.replaceAll('\0', '')));
    const row = fc.array(cell, { maxLength: 4 });
    fc.assert(
      fc.property(row, row, (a, b) => {
        expect(rowText(a) === rowText(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
    expect(keyText(['a', null, 'b'], [2, 1])).toBe(rowText(['b', null]));
  });
});
