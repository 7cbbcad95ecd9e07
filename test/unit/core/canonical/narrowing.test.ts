import { narrowingOf } from '../../../../src/core/canonical/narrowing';
import { isSameValue } from '../../../../src/core/canonical/same-value';

const narrows = (kind: Parameters<typeof narrowingOf>[0]['kind'], maxLength: number | null = null) => {
  const narrowing = narrowingOf({ kind, maxLength });
  return (value: string | number) => narrowing?.narrows(value);
};

describe('narrowingOf', () => {
  it.each(['text', 'number', 'date', 'moment', 'time', 'bytes', 'uuid', 'boolean', 'as-stored'] as const)(
    'says that a column of the kind %s stores a value whole or refuses it',
    (kind) => {
      expect(narrowingOf({ kind, maxLength: 5 })).toBeNull();
    },
  );

  it.each(['0', '-0', '0.1', '-1.50', '16777216', '1E20', '1.00000001E-001', '1234567', 'NaN', 'Infinity', ''])(
    'keeps %s in a real',
    (text) => {
      expect(narrows('float4')(text)).toBe(false);
    },
  );

  it.each(['2e-45', '5E-45', '16777217', '0.123456789012', '123456789.123', '-9999999999', '1.000000000001'])(
    'loses digits of %s in a real',
    (text) => {
      expect(narrows('float4')(text)).toBe(true);
    },
  );

  it('loses digits in a double precision beyond what 53 bits hold', () => {
    const lost = ['3e-324', '8e-324', '9007199254740993', '0.12345678901234567890', '9'.repeat(38)];
    const kept = ['9007199254740992', '0.123456789012345', '1E-130', '12345678901234500000000000000000000000'];
    expect(lost.map(narrows('float8'))).toEqual([true, true, true, true, true]);
    expect(kept.map(narrows('float8'))).toEqual([false, false, false, false]);
  });

  it('loses in an array what it loses in any of its elements, and names the array', () => {
    expect(narrowingOf({ kind: 'float4[]', maxLength: null })?.kind).toBe('stored as real[]');
    expect(['{0.1,16777217}', '{{0.1,NULL},{1,"0.123456789012"}}'].map(narrows('float4[]'))).toEqual([true, true]);
    expect(['{0.1,1.50}', '{NULL}', '{}'].map(narrows('float4[]'))).toEqual([false, false, false]);
    expect(['{ab ,"c "}', '{ab,c}'].map(narrows('padded[]', 3))).toEqual([true, false]);
    const documents = [String.raw`{"{\"a\":1,\"a\":2}"}`, String.raw`{"{\"a\":1,\"b\":2}"}`];
    expect(documents.map(narrows('jsonb[]'))).toEqual([true, false]);
    expect(narrowingOf({ kind: 'interval[]', maxLength: 5 })).toBeNull();
  });

  it('loses trailing blanks in char(n), unless they are its own', () => {
    expect(['ab', 'ab   ', '     ', 'é    '].map(narrows('padded', 5))).toEqual([false, false, false, false]);
    expect(['ab ', 'ab      ', ' '].map(narrows('padded', 5))).toEqual([true, true, true]);
    expect(narrowingOf({ kind: 'padded', maxLength: null })).toBeNull();
  });

  it('reads strings of any length, and names behind any number of backslashes', () => {
    const long = JSON.stringify('x'.repeat(12_000_000));
    expect(narrows('jsonb')(`{"a":${long},"b":1}`)).toBe(false);
    expect(narrows('jsonb')(`{"a":${long},"a":1}`)).toBe(true);
    for (const name of ['a', '\\', '"', '\\"', '":', '\\\\"', 'x\\']) {
      const text = JSON.stringify(name);
      expect([name, narrows('jsonb')(`{${text}:1,"b":${text}}`)]).toEqual([name, false]);
      expect([name, narrows('jsonb')(`{${text} :1,"b":2,${text}\n:3}`)]).toEqual([name, true]);
    }
  });

  it('loses members of one name in jsonb', () => {
    expect(['{"a":1,"a":2}', '[{"b":{"a":1,"a":1}}]'].map(narrows('jsonb'))).toEqual([true, true]);
    const kept = ['{"a":{"a":1},"b":[{"a":"\\"a\\":1"}]}', '"a:"', 'no json', '{"a":1,"a"'];
    expect(kept.map(narrows('jsonb'))).toEqual([false, false, false, false]);
  });
});

describe('isSameValue', () => {
  it('knows numbers, moments and JSON that are written in two ways', () => {
    const pairs = [
      ['1.50', '1.5'],
      ['1.50', 1.5],
      ['2020-01-01 10:00:00', '2020-01-01 10:00:00.000+00:00'],
      ['{"a": 1}', '{"a":1}'],
      [null, null],
      [true, 'Y'],
      [Buffer.from('a'), Buffer.from('a')],
    ] as const;
    expect(pairs.map(([before, after]) => isSameValue(before, after))).toEqual(pairs.map(() => true));
  });

  it('tells what has become of a value', () => {
    const pairs = [
      ['Ann', 'ann'],
      ['', null],
      ['2020-01-01 10:00:00.123456', '2020-01-01 10:00:00.123+00:00'],
      [Buffer.from('a'), Buffer.from('b')],
    ] as const;
    expect(pairs.map(([before, after]) => isSameValue(before, after))).toEqual(pairs.map(() => false));
  });
});
