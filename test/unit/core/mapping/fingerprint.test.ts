import type { EntityContract } from '../../../../src/core/mapping/entity-contract';
import { fingerprintOf } from '../../../../src/core/mapping/fingerprint';
import { legacyTable } from '../../../../src/core/mapping/legacy-table';
import type { NumberText } from '../../../../src/core/mapping/wire';
import { decimal, trimmed, upper } from '../../../../src/core/transforms';

class Item {
  id!: string;
  price!: string;
  tag!: string | null;
}

interface ItemRow {
  ID: NumberText;
  PRICE: NumberText;
  TAG: string | null;
}

const { from, constant, leftOut, mapTo } = legacyTable<ItemRow>('ITEMS', { key: ['ID'] });
const sheet = { id: from('ID', decimal(10, 0)), price: from('PRICE', decimal(8, 2)), tag: from('TAG', trimmed) };
const base = mapTo(Item, sheet);

function contractWith(scale: number): EntityContract {
  return {
    entityName: 'Item',
    table: { schema: 'public', name: 'item' },
    columns: ['id', 'price', 'tag'].map((property) => ({
      property,
      column: property,
      type: 'numeric',
      nullable: false,
      length: null,
      precision: 8,
      scale,
      primary: false,
      generated: 'no',
      toDatabase: null,
    })),
    relations: [],
    unsupported: [],
    bypassed: [],
  };
}

const contract = contractWith(2);
const fingerprint = fingerprintOf(base, contract);

describe('fingerprintOf', () => {
  it('is 16 hex digits, the same in every process', () => {
    expect(fingerprint).toMatch(/^[0-9a-f]{16}$/);
    expect(fingerprintOf(mapTo(Item, { ...sheet }), contractWith(2))).toBe(fingerprint);
  });

  it('does not depend on the order of the sheet or of the orphan policies', () => {
    const { id, price, tag } = sheet;
    expect(fingerprintOf(mapTo(Item, { tag, price, id }), contract)).toBe(fingerprint);
    const orphans = mapTo(Item, sheet, { orphans: { id: 'null', tag: 'keep' } });
    const turned = mapTo(Item, sheet, { orphans: { tag: 'keep', id: 'null' } });
    expect(fingerprintOf(orphans, contract)).toBe(fingerprintOf(turned, contract));
  });

  it.each([
    ['an argument of a conversion', mapTo(Item, { ...sheet, price: from('PRICE', decimal(8, 3)) })],
    ['the name of a conversion', mapTo(Item, { ...sheet, tag: from('TAG', upper) })],
    ['the order of conversions', mapTo(Item, { ...sheet, tag: from('TAG', upper, trimmed) })],
    ['a null rule', mapTo(Item, { ...sheet, tag: from('TAG', trimmed).or('') })],
    ['the value of a default', mapTo(Item, { ...sheet, tag: from('TAG', trimmed).or('x') })],
    ['another column', mapTo(Item, { ...sheet, price: from('ID', decimal(8, 2)) })],
    ['a constant', mapTo(Item, { ...sheet, tag: constant('a') })],
    ['another constant', mapTo(Item, { ...sheet, tag: constant('b') })],
    ['a property left out', mapTo(Item, { ...sheet, tag: leftOut('default') })],
    ['a condition', mapTo(Item, sheet, { where: 'ID > 0' })],
    ['the validation', mapTo(Item, sheet, { validation: 'off' })],
    ['an orphan policy', mapTo(Item, sheet, { orphans: { id: 'keep' } })],
    ['the key', { ...base, key: ['TAG'] }],
    ['the source', { ...base, source: 'OTHER.ITEMS' }],
  ])('changes with %s', (_what, mapping) => {
    expect(fingerprintOf(mapping, contract)).not.toBe(fingerprint);
  });

  it('changes with the type of a target column', () => {
    expect(fingerprintOf(base, contractWith(3))).not.toBe(fingerprint);
  });

  it('changes with the parent of a foreign key', () => {
    const related = (name: string) => {
      const relation = { property: 'id', columns: ['id'], parent: { schema: 'public', name }, parentColumns: ['id'] };
      return fingerprintOf(base, { ...contract, relations: [relation] });
    };
    expect(new Set([fingerprint, related('a'), related('b')]).size).toBe(3);
  });

  it("changes with the entity's own rules, not with their order", () => {
    expect(fingerprintOf(base, contract, ['a', 'b'])).not.toBe(fingerprint);
    expect(fingerprintOf(base, contract, ['a', 'b'])).toBe(fingerprintOf(base, contract, ['b', 'a']));
  });

  it('changes when the entity column gets a transformer of its own', () => {
    const columns = contract.columns.map((column) => ({ ...column, toDatabase: (value: unknown) => value }));
    expect(fingerprintOf(base, { ...contract, columns })).not.toBe(fingerprint);
  });

  it('tells the mappings apart that a chain of conversions could confuse', () => {
    const all = [
      mapTo(Item, { ...sheet, tag: from('TAG', trimmed).or('') }),
      mapTo(Item, { ...sheet, tag: from('TAG', trimmed).or('x') }),
      mapTo(Item, { ...sheet, tag: from('TAG', trimmed).orReject() }),
      mapTo(Item, { ...sheet, tag: constant(null) }),
      mapTo(Item, { ...sheet, tag: constant('') }),
      mapTo(Item, { ...sheet, tag: constant('null') }),
    ].map((mapping) => fingerprintOf(mapping, contract));
    expect(new Set(all).size).toBe(all.length);
  });
});
