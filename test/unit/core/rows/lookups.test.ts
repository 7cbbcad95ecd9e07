import { openLookups, REMEMBERED_KEYS, type LookupPorts } from '../../../../src/core/rows/lookups';
import { legacyTable } from '../../../../src/core/mapping/legacy-table';
import type { LegacyLookup } from '../../../../src/core/ports/legacy-source';
import type { LegacyRow, NumberText } from '../../../../src/core/mapping/wire';
import { readPlanFor } from '../../../../src/core/rows/read-plan';
import { trimmed } from '../../../../src/core/transforms';
import { mapRow } from '../../../support/map-row';

class Item {
  id!: string;
  name!: string | null;
  label!: string | null;
}

interface ItemRow {
  ID: NumberText;
  CODE: string | null;
  PART: string;
}

const { from, lookup, mapTo } = legacyTable<ItemRow>('ITEMS', { key: ['ID'] });
const codes = legacyTable<{ CODE: string; NAME: string | null }>('CODES', { key: ['CODE'] });
const names = codes.values('NAME', { by: ['CODE'] });
const mapping = mapTo(Item, {
  id: from('ID'),
  name: lookup('CODE', names),
  label: lookup('CODE', names, trimmed).or('?'),
});

/** Ports that answer `known`, and note what they were asked. */
function answering(known: (code: string) => readonly LegacyRow[]): LookupPorts & { readonly asked: LegacyLookup[] } {
  const asked: LegacyLookup[] = [];
  return {
    asked,
    scn: '17',
    source: {
      lookUp: (question) => {
        asked.push(question);
        return Promise.resolve(question.keys.flatMap(([code = '']) => known(code)));
      },
    },
    target: { lookUp: () => Promise.resolve([]) },
  };
}

const opened = () =>
  openLookups(mapping, readPlanFor(mapping), () => {
    throw new Error('asked for a contract');
  })!;
const rowsOf = (count: number, first = 0): LegacyRow[] =>
  Array.from({ length: count }, (_, index) => [null, String(index), `K${first + index}`]);

describe('openLookups', () => {
  it('asks for many keys at once, for each once, and for both fields that use one table', async () => {
    const ports = answering((code) => [[code, `name of ${code}`]]);
    const lookups = opened();
    const found = await lookups.find([...rowsOf(2_500), ...rowsOf(2_500)], ports);
    expect(ports.asked.map(({ keys }) => keys.length)).toEqual([1_000, 1_000, 500]);
    expect(found.get('name')?.get('K7')).toBe('name of K7');
    expect(found.get('label')).toEqual(found.get('name'));
    await lookups.find(rowsOf(2_600), ports);
    expect(ports.asked.map(({ keys }) => keys.length)).toEqual([1_000, 1_000, 500, 100]);
  });

  it('remembers keys that lead nowhere, too, and asks for none that is null', async () => {
    const ports = answering(() => []);
    const lookups = opened();
    const rows: LegacyRow[] = [
      [null, '1', 'GONE'],
      [null, '2', null],
    ];
    await lookups.find(rows, ports);
    const found = await lookups.find(rows, ports);
    expect(ports.asked.map(({ keys }) => keys)).toEqual([[['GONE']]]);
    expect(found.get('name')?.size).toBe(0);
  });

  it('forgets the keys that were used least lately, and gives every row of a batch its value all the same', async () => {
    const ports = answering((code) => [[code, code]]);
    const lookups = opened();
    await lookups.find(rowsOf(REMEMBERED_KEYS), ports);
    await lookups.find(rowsOf(10), ports);
    expect(ports.asked).toHaveLength(100);
    const found = await lookups.find(rowsOf(1_000, REMEMBERED_KEYS), ports);
    expect(found.get('name')?.size).toBe(1_000);
    await lookups.find(rowsOf(10), ports);
    expect(ports.asked).toHaveLength(101);
    await lookups.find(rowsOf(1, 10), ports);
    expect(ports.asked).toHaveLength(102);
  });

  it('takes CHAR keys without their padding', async () => {
    const ports = answering((code) => [[`${code}   `, 'found']]);
    const found = await opened().find([[null, '1', 'A  ']], ports);
    expect(ports.asked[0]?.keys).toEqual([['A']]);
    expect([...(found.get('name') ?? [])]).toEqual([['A', 'found']]);
  });

  it('does not take a key that ends in a tab for the one without it, whose value would be another', async () => {
    const ports = answering((code) => [[code, `name of ${JSON.stringify(code)}`]]);
    const found = await opened().find([[null, '1', 'A\t']], ports);
    expect(ports.asked[0]?.keys).toEqual([['A\t']]);
    expect(found.get('name')?.get('A\t')).toBe('name of "A\\t"');
  });

  it('refuses a key that leads to two rows, without telling it', async () => {
    const ports = answering((code) => [
      [code, 'one'],
      [code, 'two'],
    ]);
    const failure = await opened()
      .find([[null, '1', 'SECRET']], ports)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'LOOKUP_AMBIGUOUS', message: 'two rows of CODES have the same CODE' });
  });

  it('is not there for a mapping that looks nothing up', () => {
    const plain = mapTo(Item, { id: from('ID'), name: from('CODE'), label: from('CODE') });
    expect(openLookups(plain, readPlanFor(plain), () => ({}) as never)).toBeNull();
  });
});

describe('a lookup field', () => {
  it.each([
    ['a value', [['A', ' x ']], 'A', { id: '1', name: ' x ', label: 'x' }],
    ['a null that was found', [['A', null]], 'A', { id: '1', name: null, label: '?' }],
    ['a null key', [], null, { id: '1', name: null, label: '?' }],
    ['a key that leads nowhere', [], 'A', { rejected: 'name: no row of CODES with this CODE' }],
  ])('makes of %s what its null rule says', async (_, answer, code, expected) => {
    const plan = readPlanFor(mapping);
    const found = await opened().find(
      [[null, '1', code]],
      answering(() => answer as LegacyRow[]),
    );
    expect(plan.columns.map(({ name }) => name)).toEqual(['ID', 'CODE']);
    expect(mapRow(mapping, { ID: '1', CODE: code }, found)).toEqual(expected);
  });
});
