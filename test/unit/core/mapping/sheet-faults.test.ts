import { legacyTable } from '../../../../src/core/mapping/legacy-table';
import { transform } from '../../../../src/core/mapping/transform';

class Thing {
  id!: string;
}
const { from, lookup, values, computed, mapTo } = legacyTable<{ ID: string }>('T', { key: ['ID'] });
const stripped = ((value: string) => value.trim()) as never;
const own = transform('trim@1', [], (value: string) => value.trim());

describe('a sheet that was not checked by the compiler of TypeScript', () => {
  it.each([
    ['nothing in place of a field', () => undefined, 'no field for id'],
    ['null in place of a field', () => null, 'no field for id'],
    ['a name in place of a field', () => 'ID', 'no field for id'],
    ['a function in place of a field', () => () => 'x', 'no field for id'],
    ['no column', () => from(undefined as never), 'empty or undefined'],
    ['an empty column', () => from('' as never), 'empty or undefined'],
    ['no column among several', () => computed(['ID', undefined as never], 'sum', () => 'x'), 'empty or undefined'],
    ['a bare function', () => from('ID', stripped), 'a function without a name'],
    ['a bare function behind a conversion', () => from('ID', own, stripped), 'a function without a name'],
    ['a bare function behind a lookup', () => lookup('ID', values('ID', { by: ['ID'] }), stripped), 'without a name'],
    ['a conversion that was not imported', () => from('ID', undefined as never), 'is undefined'],
    ['the name of a conversion', () => from('ID', 'trimmed' as never), 'is no conversion'],
  ])('is refused by the name of the property for %s', (_, field, message) => {
    expect(() => mapTo(Thing, { id: field() as never })).toThrow(
      expect.objectContaining({
        code: 'MAPPING_INVALID',
        message: expect.stringContaining(message) as string,
        facts: { property: 'id' },
      }) as Error,
    );
  });
});
