import { legacyTable } from '../../../../src/core/mapping/legacy-table';
import { rest, withRests } from '../../../../src/core/mapping/rest';
import type { TableMapping } from '../../../../src/core/mapping/table-mapping';

class Thing {
  id!: string;
}
const options = (source: string) => legacyTable<{ ID: string }>(source, { key: ['ID'] });
function mapping(entity: string, where?: string | ReturnType<typeof rest>, source = 'T'): TableMapping {
  const { from, mapTo } = options(source);
  return mapTo(Thing, { id: from('ID') }, { entity, ...(where === undefined ? {} : { where }) });
}
const conditionOf = (mappings: readonly TableMapping[], entity: string) =>
  withRests(mappings).find((one) => one.entity === entity)?.where;

describe('a mapping with rest()', () => {
  it('takes what none of the others of its table takes, in whatever order they come', () => {
    const others = [mapping('a', 'A = 1 -- one'), mapping('b', 'B = 2'), mapping('c', 'C = 3', 'U')];
    const expected = 'case when (\nA = 1 -- one\n) then 1 when (\nB = 2\n) then 1 else 0 end = 0';
    expect(conditionOf([...others, mapping('r', rest())], 'r')).toBe(expected);
    expect(conditionOf([mapping('r', rest(), 't'), ...others], 'r')).toBe(expected);
  });

  it('takes every row where it is alone', () => {
    expect(conditionOf([mapping('r', rest()), mapping('c', 'C = 3', 'U')], 'r')).toBeUndefined();
  });

  it.each<[string, TableMapping[], RegExp]>([
    ['another takes the rest as well', [mapping('r', rest()), mapping('s', rest())], /r and s both take the rest of T/],
    ['another takes every row', [mapping('r', rest()), mapping('a')], /of which a takes every row/],
    ['another has a blank condition', [mapping('r', rest()), mapping('a', ' ')], /of which a takes every row/],
  ])('is refused where %s', (_, mappings, message) => {
    expect(() => withRests(mappings)).toThrow(message);
  });
});

describe('a reason for rows that stay behind', () => {
  it('is not blank', () => {
    const { from, mapTo } = options('T');
    expect(() => mapTo(Thing, { id: from('ID') }, { rest: ' ' })).toThrow(/without a reason/);
  });
});
