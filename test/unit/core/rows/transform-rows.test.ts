import type { EntityColumn, EntityContract, RowCheck } from '../../../../src/core/mapping/entity-contract';
import { legacyTable } from '../../../../src/core/mapping/legacy-table';
import type { FieldMapping, TableMapping, ValidationPolicy } from '../../../../src/core/mapping/table-mapping';
import type { LegacyRow, NumberText } from '../../../../src/core/mapping/wire';
import type { ChangeTally, PreparedChunk } from '../../../../src/core/run/outcomes';
import { readPlanFor } from '../../../../src/core/rows/read-plan';
import { compileMapping } from '../../../../src/core/rows/transform-rows';
import { bytesAs, integer, nulStripped, nullIf, trimmed, yesNo } from '../../../../src/core/transforms';

class Person {
  id!: number;
  name!: string;
  note!: string | null;
  vip!: boolean;
}

interface PersonRow {
  ID: NumberText;
  NAME: string;
  NOTE: string | null;
  VIP: string | null;
}

const { from, fromBytes, computed, constant, mapTo } = legacyTable<PersonRow>('CRM.PEOPLE', { key: ['ID', 'NAME'] });
const sheet = {
  id: from('ID', integer),
  name: from('NAME', trimmed),
  note: from('NOTE', nullIf('-')),
  vip: from('VIP', yesNo).or(false),
};
const people = mapTo(Person, sheet);

interface Given {
  readonly mapping?: TableMapping;
  readonly contract?: EntityContract;
  readonly check?: RowCheck;
}

/** Rows are [rowid, ID, NAME, NOTE, VIP] in the plan of `people`. */
function transformed(
  rows: readonly LegacyRow[],
  { mapping = people, contract, check }: Given = {},
): PreparedChunk & { readonly changes: readonly ChangeTally[] } {
  const plan = readPlanFor(mapping);
  const start = compileMapping({
    mapping,
    plan,
    check: check ?? null,
    ...(contract === undefined ? {} : { contract }),
  });
  const chunk = start();
  chunk.add(rows);
  const prepared = chunk.prepared({ entity: mapping.entity, chunk: 3 });
  return { ...prepared, changes: prepared.changesWithout(new Set()) };
}

function contractWith(columns: readonly Partial<EntityColumn>[]): EntityContract {
  const plain = { type: 'text', nullable: true, length: null, precision: null, scale: null, primary: false } as const;
  return {
    entityName: 'Person',
    table: { schema: 'public', name: 'person' },
    columns: columns.map((column) => ({
      ...plain,
      property: '',
      column: column.property ?? '',
      generated: 'no',
      toDatabase: null,
      ...column,
    })),
    relations: [],
    unsupported: [],
    bypassed: [],
  };
}

const validated = (validation: ValidationPolicy): TableMapping => mapTo(Person, sheet, { validation });
const noShortNames: RowCheck = (row) =>
  String(row[1]).length < 2 ? [{ property: 'name', reason: 'minLength' }] : null;

describe('compileMapping', () => {
  it('turns legacy rows into rows in the order of the fields, and keeps the origin of each', () => {
    const rows: LegacyRow[] = [
      ['AAA', '1', 'Ann', 'hello', 'Y'],
      ['AAB', '2', 'Bob', null, null],
    ];
    const chunk = transformed(rows);
    expect(chunk).toMatchObject({ id: { entity: 'person', chunk: 3 }, read: 2, rejects: [] });
    expect(chunk.changes).toEqual([{ property: 'vip', kind: '.or', count: 1, sampleKeys: ['["2","Bob"]'] }]);
    expect(chunk.rows).toEqual([
      [1, 'Ann', 'hello', true].map((value) => (value === 1 ? '1' : value)),
      ['2', 'Bob', null, false],
    ]);
    expect(chunk.origins).toEqual(rows);
  });

  it('makes a reject of a refused value, with key, rowid, property, reason and the legacy row', () => {
    const { read, rows, rejects } = transformed([['AAA', 'x1', ' Ann ', null, 'Y']]);
    expect([read, rows]).toEqual([1, []]);
    expect(rejects).toEqual([
      {
        entity: 'person',
        stage: 'transform',
        key: '["x1"," Ann "]',
        rowid: 'AAA',
        property: 'id',
        reason: 'not an integer',
        sqlState: null,
        raw: '{"ID":"x1","NAME":" Ann ","NOTE":null,"VIP":"Y"}',
      },
    ]);
  });

  it('names the first fault of a row, and loses no other row to it', () => {
    const { rows, rejects } = transformed([
      ['A', 'x', 'Ann', null, 'maybe'],
      ['B', '2', 'Bob', null, 'maybe'],
      ['C', '3', 'Cid', null, 'N'],
    ]);
    expect(rejects.map(({ rowid, property }) => [rowid, property])).toEqual([
      ['A', 'id'],
      ['B', 'vip'],
    ]);
    expect(rows).toEqual([['3', 'Cid', null, false]]);
  });

  it.each([
    ['a\0b', 'contains a NUL character'],
    ['a\uD83D', 'contains half of a surrogate pair'],
  ])('turns a text away that no database can hold', (note, reason) => {
    const { rejects } = transformed([['A', '1', 'Ann', note, null]]);
    expect(rejects).toMatchObject([{ property: 'note', reason }]);
    expect(JSON.parse(rejects[0]!.raw)).toMatchObject({ NOTE: note });
  });

  it('keeps a text whose NUL characters the mapping strips, and counts it', () => {
    const mapping = mapTo(Person, { ...sheet, note: from('NOTE', nulStripped) });
    const { rows, changes } = transformed([['A', '1', 'Ann', 'a\0b😀', 'N']], { mapping });
    expect(rows).toEqual([['1', 'Ann', 'ab😀', false]]);
    expect(changes).toEqual([{ property: 'note', kind: 'nulStripped', count: 1, sampleKeys: ['["1","Ann"]'] }]);
  });

  it('counts changes of accepted rows only, with the keys of the first five', () => {
    const rows = Array.from({ length: 7 }, (_, n): LegacyRow => [null, String(n), ' x', '-', 'N']);
    const { changes } = transformed([...rows, [null, '8', ' x', '-', 'maybe'], [null, '9', 'y', 'z', null]]);
    expect(changes).toMatchObject([
      { property: 'name', kind: 'trimmed', count: 7 },
      { property: 'note', kind: 'nullIf', count: 7 },
      { property: 'vip', kind: '.or', count: 1 },
    ]);
    expect(changes[0]!.sampleKeys).toEqual([0, 1, 2, 3, 4].map((n) => `["${n}"," x"]`));
  });

  it('counts none of a row that did not reach the target, and takes its samples from the others', () => {
    const rows = Array.from({ length: 4 }, (_, n): LegacyRow => [null, String(n), n === 2 ? 'x' : ' x', '-', 'N']);
    const { changesWithout } = transformed(rows);
    expect(changesWithout(new Set([0, 2]))).toEqual([
      { property: 'name', kind: 'trimmed', count: 2, sampleKeys: ['["1"," x"]', '["3"," x"]'] },
      { property: 'note', kind: 'nullIf', count: 2, sampleKeys: ['["1"," x"]', '["3"," x"]'] },
    ]);
    expect(changesWithout(new Set([0, 1, 2, 3]))).toEqual([]);
  });

  it('starts each chunk with counts of its own', () => {
    const start = compileMapping({ mapping: people, plan: readPlanFor(people), check: null });
    const [first, second] = [start(), start()];
    first.add([['A', '1', ' a', null, 'N']]);
    second.add([['B', '2', 'b', null, 'N']]);
    first.add([['C', '3', ' c', null, 'N']]);
    expect(first.prepared({ entity: 'person', chunk: 0 }).changesWithout(new Set())).toMatchObject([{ count: 2 }]);
    const prepared = second.prepared({ entity: 'person', chunk: 1 });
    expect(prepared.read).toBe(1);
    expect(prepared.changesWithout(new Set())).toEqual([]);
  });

  it('reads text and bytes of the same column apart', () => {
    const mapping = mapTo(Person, { ...sheet, note: fromBytes('NAME', bytesAs('windows-1252')) });
    const plan = readPlanFor(mapping);
    expect(plan.columns.filter(({ name }) => name === 'NAME').map(({ as }) => as)).toEqual(['text', 'bytes']);
    const chunk = compileMapping({ mapping, plan, check: null })();
    chunk.add([
      ['A', '1', 'Ren?', Buffer.from([0x52, 0xe9]), null],
      ['B', '2', 'Ren?', Buffer.from([0x81]), null],
    ]);
    const { rows, rejects } = chunk.prepared({ entity: 'person', chunk: 0 });
    expect(rows).toEqual([['1', 'Ren?', 'Ré', false]]);
    expect(JSON.parse(rejects[0]!.raw)).toMatchObject({ NAME: 'Ren?', 'NAME:bytes': { hex: '81' } });
  });

  it('turns a null away where the entity requires a value', () => {
    const contract = contractWith([{ property: 'note', nullable: false }]);
    const { rejects } = transformed([['A', '1', 'Ann', null, null]], { contract });
    expect(rejects).toMatchObject([{ property: 'note', reason: 'null where a value is required' }]);
  });

  it('makes a reject of a crash in a conversion of the user, without its message', () => {
    const mapping = mapTo(Person, {
      ...sheet,
      note: computed(['NOTE'], 'note@1', (note) => (note as unknown as { missing: { part: string } }).missing.part),
    });
    const { rejects } = transformed([['A', '1', 'Ann', 'secret', null]], { mapping });
    expect(rejects).toMatchObject([{ property: 'note', reason: 'conversion failed: TypeError' }]);
  });

  it('makes the reject of a row that the target refused', () => {
    const chunk = transformed([['A', '1', 'Ann', null, null]]);
    const reject = chunk.rejectFor(chunk.origins[0]!, { property: 'name', reason: 'duplicate', sqlState: '23505' });
    expect(reject).toMatchObject({
      stage: 'load',
      key: '["1","Ann"]',
      rowid: 'A',
      reason: 'duplicate',
      sqlState: '23505',
    });
  });

  it('refuses a field that asks for a column it does not list', () => {
    const stray: FieldMapping = {
      property: 'note',
      columns: [],
      asBytes: [],
      transform: [],
      nullRule: { kind: 'keep' },
      compile: ({ indexOf }) => {
        const index = indexOf('ELSEWHERE');
        return (row) => row[index] ?? null;
      },
    };
    expect(() => transformed([], { mapping: { ...people, fields: [stray] } })).toThrow(/ELSEWHERE/);
  });
});

describe('column transformers of the entity', () => {
  const toDatabase = (value: unknown): unknown => (value === null ? 'none' : { wrapped: value });

  it('are applied last, after the rules of the entity', () => {
    const contract = contractWith([{ property: 'note', nullable: false, toDatabase }]);
    const seen: unknown[] = [];
    const check: RowCheck = (row) => {
      seen.push(row[2]);
      return null;
    };
    const { rows } = transformed(
      [
        ['A', '1', 'Ann', 'hi', null],
        ['B', '2', 'Bob', null, null],
      ],
      { contract, check },
    );
    expect(rows.map((row) => row[2])).toEqual(['{"wrapped":"hi"}', 'none']);
    expect(seen).toEqual(['hi', null]);
  });

  it.each([
    ['a NUL character', 'a\0b'],
    ['half of a surrogate pair', 'a\ud800'],
  ])('turn the row away when they make %s, instead of failing the COPY', (_, made) => {
    const contract = contractWith([{ property: 'note', toDatabase: () => made }]);
    const { rows, rejects, changes } = transformed([['A', '1', 'Ann', 'hi', null]], { contract });
    expect([rows, changes]).toEqual([[], []]);
    expect(rejects).toMatchObject([
      { stage: 'transform', property: 'note', reason: expect.stringMatching(/NUL|surrogate/) as string },
    ]);
  });

  it('turn the row away when they crash', () => {
    const contract = contractWith([
      {
        property: 'note',
        toDatabase: () => {
          throw new RangeError('quotes the value');
        },
      },
    ]);
    const { rejects } = transformed([['A', '1', 'Ann', 'hi', null]], { contract });
    expect(rejects).toMatchObject([{ stage: 'transform', property: 'note', reason: 'conversion failed: RangeError' }]);
  });
});

describe('the validation policy', () => {
  const rows: LegacyRow[] = [['A', '1', 'x', null, 'N']];

  it('rejects a row that breaks a rule of the entity', () => {
    const { rejects } = transformed(rows, { mapping: validated('reject'), check: noShortNames });
    expect(rejects).toMatchObject([{ stage: 'validation', property: 'name', reason: 'minLength' }]);
  });

  it('keeps and counts it under report', () => {
    const chunk = transformed(rows, { mapping: validated('report'), check: noShortNames });
    expect(chunk.rows).toHaveLength(1);
    expect(chunk.changes).toEqual([{ property: 'name', kind: 'rule:minLength', count: 1, sampleKeys: ['["1","x"]'] }]);
  });

  it('does not look under off', () => {
    const chunk = transformed(rows, { mapping: validated('off'), check: noShortNames });
    expect([chunk.rows.length, chunk.changes.length]).toEqual([1, 0]);
  });
});

describe('constants', () => {
  it('fill every row', () => {
    const mapping = mapTo(Person, { ...sheet, note: constant('legacy') });
    expect(transformed([['A', '1', 'Ann', null]], { mapping }).rows).toEqual([['1', 'Ann', 'legacy', false]]);
  });
});
