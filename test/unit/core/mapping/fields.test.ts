import { ValueRejected } from '../../../../src/core/errors';
import { legacyTable } from '../../../../src/core/mapping/legacy-table';
import type { Field } from '../../../../src/core/mapping/sheet';
import { alteration, transform } from '../../../../src/core/mapping/transform';

const { from, lookup, values, computed } = legacyTable<{ ID: string }>('T', { key: ['ID'] });

/** What the field makes of `x`, which a lookup finds as well. */
function made(field: Field<unknown>): unknown {
  const compiled = field
    .bind('id')
    .compile({ indexOf: () => 0, noteChange: () => undefined, holds: null, found: () => 'x' });
  return compiled(['x']);
}

describe('a function of the user that gives no value', () => {
  const FIELDS = [
    ['transform', (fn: () => never) => from('ID', transform('own@1', [], fn))],
    ['alteration', (fn: () => never) => from('ID', alteration('own@1', [], fn))],
    ['a conversion with a default', (fn: () => never) => from('ID', transform('own@1', [], fn)).or('y' as never)],
    [
      'a conversion behind a lookup',
      (fn: () => never) => lookup('ID', values('ID', { by: ['ID'] }), transform('own@1', [], fn)),
    ],
    ['computed', (fn: () => never) => computed(['ID'], 'own@1', fn)],
  ] as const;

  it.each(FIELDS)('turns the row away, for undefined is no null and NaN is no number: %s', (_, fieldOf) => {
    expect(() => made(fieldOf(() => undefined as never))).toThrow(new ValueRejected('conversion gave undefined'));
    expect(() => made(fieldOf(() => Number('x') as never))).toThrow(new ValueRejected('conversion gave NaN'));
  });

  it.each(FIELDS)('may give null, and any other value: %s', (name, fieldOf) => {
    expect(made(fieldOf(() => null as never))).toBe(name === 'a conversion with a default' ? 'y' : null);
    for (const value of [0, '', false, 'NaN']) expect(made(fieldOf(() => value as never))).toBe(value);
  });
});
