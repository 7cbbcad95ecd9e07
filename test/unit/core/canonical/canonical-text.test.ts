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
  ])('writes a %s %s as %s', (kind, value, expected) => {
    expect(canonicalFor(kind)(value)).toBe(expected);
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
