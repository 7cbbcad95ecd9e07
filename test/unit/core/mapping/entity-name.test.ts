import { legacyTable } from '../../../../src/core/mapping/legacy-table';

class Thing {
  id!: string;
}
const { from, mapTo } = legacyTable<{ ID: string }>('T', { key: ['ID'] });
const named = (entity: string) => mapTo(Thing, { id: from('ID') }, { entity }).entity;

describe('the name of an entity', () => {
  it.each(['thing', 'scrap coil', "it's", '$HOME', 'é', 'a-b', '*'])(
    'may be %j, which an option can take',
    (entity) => {
      expect(named(entity)).toBe(entity);
    },
  );

  it.each([
    '',
    ' ',
    ' thing',
    'thing ',
    '-x',
    '--all',
    'a,b',
    'a=b',
    'a"b',
    'a\nb',
    '\u001b[31mred',
    'a\u202eb',
    'a\u2028b',
  ])('is refused where it is %j, and is not shown as it is', (entity) => {
    expect(() => named(entity)).toThrow(expect.objectContaining({ code: 'MAPPING_INVALID' }) as Error);
    expect(() => named(entity)).not.toThrow(/\p{C}|\p{Zl}/u);
  });
});
