import fc from 'fast-check';
import type { EntityColumn, EntityContract } from '../../../../src/core/mapping/entity-contract';
import { columnField, lookupField } from '../../../../src/core/mapping/fields';
import { lookupKey } from '../../../../src/core/mapping/lookup';
import type { FieldMapping, TableMapping } from '../../../../src/core/mapping/table-mapping';
import type { LegacyRow, LegacyValue, TargetValue } from '../../../../src/core/mapping/wire';
import { readAs, readPlanFor, rowIndexOf } from '../../../../src/core/rows/read-plan';
import { compileMapping } from '../../../../src/core/rows/transform-rows';
import {
  alteration,
  bytesAs,
  collapsedSpaces,
  dateFromText,
  email,
  inZone,
  lower,
  nulReplaced,
  nulStripped,
  nullIf,
  nullIfRefused,
  transform,
  trimmed,
  upper,
  type Transform,
} from '../../../../src/core/transforms';
import { writtenAs, savedAs } from '../../../../src/typeorm/column-values';

type Link = Transform<never, unknown>;

/** A conversion, the name of its changes (null: it changes none), and what it makes of a text by other means than its own. */
interface Known {
  readonly link: Link;
  readonly name: string | null;
  readonly makes: (text: string) => string | null;
}

/** The one day among the values. */
const DAY = '20240131';
const KNOWN: readonly Known[] = [
  { link: trimmed, name: 'trimmed', makes: (text) => text.replace(/^\s+|\s+$/g, '') },
  { link: collapsedSpaces, name: 'collapsedSpaces', makes: (text) => text.split(/\s+/).join(' ') },
  { link: upper, name: 'upper', makes: (text) => text.toUpperCase() },
  { link: lower, name: 'lower', makes: (text) => text.toLowerCase() },
  { link: email, name: 'email', makes: (text) => text.toLowerCase().trim() },
  { link: nulStripped, name: 'nulStripped', makes: (text) => text.split('\0').join('') },
  { link: nulReplaced('?'), name: 'nulReplaced', makes: (text) => text.split('\0').join('?') },
  { link: nullIf('A', ''), name: 'nullIf', makes: (text) => (['A', ''].includes(text) ? null : text) },
  {
    link: nullIfRefused(dateFromText('YYYYMMDD')),
    name: 'nullIfRefused',
    makes: (text) => (text === DAY ? text : null),
  },
  { link: alteration('shout@3', [], (text: string) => `${text}!`), name: 'shout@3', makes: (text) => `${text}!` },
  { link: alteration('same@1', [], (text: string) => text), name: 'same@1', makes: (text) => text },
  { link: transform('quoted@2', [], (text: string) => `"${text}"`), name: null, makes: (text) => `"${text}"` },
];

const table = { in: 'legacy', source: 'CODES', key: ['CODE'], value: 'MEANING' } as const;

function mappingOf(field: FieldMapping): TableMapping {
  return {
    entity: 'thing',
    source: 'THING',
    key: ['ID'],
    target: class Thing {},
    fields: [field],
    leftOut: [],
    validation: 'off',
    orphans: {},
  };
}

/** By kind, sorted; rows are made of what the one field reads. */
function changesIn(
  field: FieldMapping,
  values: readonly LegacyValue[],
  { contract, found }: { contract?: EntityContract; found?: ReadonlyMap<string, LegacyValue> } = {},
): { counts: [string, number][]; rows: TargetValue[] } {
  const mapping = mappingOf(field);
  const plan = readPlanFor(mapping);
  const chunk = compileMapping({ mapping, plan, check: null, ...(contract && { contract }) })();
  const at = rowIndexOf(plan, 'C', readAs(field, 'C'));
  const legacy = values.map((value): LegacyRow => {
    const row = new Array<LegacyValue>(at + 1).fill('1');
    row[at] = value;
    return row;
  });
  chunk.add(legacy, new Map([[field.property, found ?? new Map<string, LegacyValue>()]]));
  const prepared = chunk.prepared({ entity: 'thing', chunk: 0 });
  return {
    counts: prepared
      .changesWithout(new Set())
      .map(({ kind, count }): [string, number] => [kind, count])
      .sort(),
    rows: prepared.rows.map(([value]) => value ?? null),
  };
}

/** What a chain and its null rule make of values, and under which names. */
function modelOf(chain: readonly Known[], orElse: string | null, values: readonly (string | null | undefined)[]) {
  const counts = new Map<string, number>();
  const note = (name: string): void => {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  };
  const rows = values.map((value) => {
    let current = value ?? null;
    for (const { name, makes } of chain) {
      if (current === null) break;
      const next = makes(current);
      if (name !== null && next !== current) note(name);
      current = next;
    }
    if (current === null && orElse !== null) note('.or');
    return current ?? orElse;
  });
  return { counts: [...counts].sort(), rows };
}

/** A NUL that stays in a text turns the row away: such chains end with a conversion that takes it out. */
const ENDS = [{ link: nulStripped as Link, name: 'nulStripped', makes: (text: string) => text.split('\0').join('') }];
const text = fc.string({ unit: fc.constantFrom('a', 'A', ' ', '\t', '\0', '1', 'ß'), maxLength: 4 });
const value = fc.oneof(text, fc.constantFrom('A', '', '20240131', '20240231'));
const chain = fc.array(fc.constantFrom(...KNOWN), { maxLength: 3 }).map((links) => [...links, ...ENDS]);
const orElse = fc.constantFrom(null, 'none', 'A');
const RUNS = { seed: 8, numRuns: 300 };

describe('the names under which changes are counted', () => {
  it('are those of the conversions that made them, and `.or` of the null rule, in random chains over a column', () => {
    fc.assert(
      fc.property(chain, orElse, fc.array(fc.option(value), { maxLength: 8 }), (links, otherwise, values) => {
        const field = columnField<string>(
          'C',
          links.map(({ link }) => link),
        );
        const bound = (otherwise === null ? field : field.or(otherwise)).bind('it');
        expect(changesIn(bound, values)).toEqual(modelOf(links, otherwise, values));
      }),
      RUNS,
    );
  });

  it('are the same over a value that was looked up, where a key that leads nowhere goes by the null rule', () => {
    const meanings = fc.dictionary(fc.constantFrom('K1', 'K2', 'K3'), fc.option(value));
    const keys = fc.array(fc.option(fc.constantFrom('K1', 'K2', 'K3')), { maxLength: 8 });
    fc.assert(
      fc.property(chain, meanings, keys, (links, given, asked) => {
        const found = new Map(Object.entries(given).map(([key, meaning]) => [lookupKey([key]) ?? '', meaning]));
        const field = lookupField<string>(
          ['C'],
          table,
          links.map(({ link }) => link),
        );
        const looked = asked.map((key) => (key === null ? null : given[key]));
        expect(changesIn(field.or('none').bind('it'), asked, { found })).toEqual(modelOf(links, 'none', looked));
      }),
      RUNS,
    );
  });

  it('are the same behind bytes, whose reading changes nothing', () => {
    fc.assert(
      fc.property(chain, fc.array(value, { maxLength: 6 }), (links, values) => {
        const field = columnField<string>('C', [bytesAs('utf-8'), ...links.map(({ link }) => link)]).bind('it');
        expect(
          changesIn(
            field,
            values.map((given) => Buffer.from(given)),
          ),
        ).toEqual(modelOf(links, null, values));
      }),
      RUNS,
    );
  });

  it('count no bytes that a conversion gives back the same, in a buffer of its own', () => {
    const zeroed = alteration('zeroed@1', [], (bytes: Buffer) =>
      Buffer.from(bytes.map((byte) => (byte === 1 ? 0 : byte))),
    );
    const field = columnField<Buffer>('C', [zeroed]).bind('it');
    const { counts } = changesIn(field, [Buffer.from([1, 2]), Buffer.from([2, 3]), Buffer.from([])]);
    expect(counts).toEqual([['zeroed@1', 1]]);
  });

  it('tell gap from fold of inZone, also where a conversion before it has tried the same', () => {
    const zone = inZone('Europe/Paris', { gap: 'later', fold: 'earlier' });
    const field = columnField<string>('C', [nullIfRefused(zone), zone]).bind('it');
    const times = [' 2024-03-31 02:30:00', ' 2024-10-27 02:30:00', ' 2024-06-01 00:00:00', ' 2024-02-31 00:00:00'];
    expect(changesIn(field, times).counts).toEqual([
      ['inZone fold', 1],
      ['inZone gap', 1],
      ['nullIfRefused', 1],
    ]);
  });
});

describe('what TypeORM writes', () => {
  const to = (make: (value: unknown) => unknown) => ({ to: make, from: (given: unknown) => given });
  type Column = Parameters<typeof savedAs>[0];
  const contractOf = (given: Partial<Column>): EntityContract => {
    const column: unknown = { type: 'text', isArray: false, ...given };
    const plain = { type: 'text', nullable: true, length: null, precision: null, scale: null, primary: false } as const;
    const it: EntityColumn = {
      ...{ ...plain, property: 'it', column: 'it', generated: 'no' },
      ...{ toDatabase: savedAs(column as Column), written: writtenAs(column as Column) },
    };
    const table = { schema: 'public', name: 'thing' };
    return { entityName: 'Thing', table, columns: [it], relations: [], unsupported: [], bypassed: [] };
  };
  const field = columnField<string>('C', []).bind('it');
  const LISTS = ['["a","b"]', '[]', '["a, b"]', '[["x"],["y"]]', null];

  it.each([
    ['an array column', { isArray: true }],
    ['a simple-array', { type: 'simple-array' as const }],
  ])('is no change of a column transformer where it only writes a list otherwise, in %s', (_, column) => {
    const { counts, rows } = changesIn(field, LISTS, { contract: contractOf(column) });
    expect(counts).toEqual([]);
    expect(rows).not.toEqual(LISTS);
    const idle = { ...column, transformer: to((list) => list) };
    expect(changesIn(field, LISTS, { contract: contractOf(idle) }).counts).toEqual([]);
  });

  it('counts what a column transformer makes another list of, under its name', () => {
    const longer = to((list) => (typeof list === 'string' ? JSON.stringify([...(JSON.parse(list) as []), 'z']) : list));
    const contract = contractOf({ isArray: true, transformer: longer });
    expect(changesIn(field, LISTS, { contract }).counts).toEqual([['column transformer', 4]]);
  });

  it('counts a conversion and a column transformer each under its own name', () => {
    const shouting = to((given) => (typeof given === 'string' ? given.toUpperCase() : 'NOTHING'));
    const contract = contractOf({ transformer: [shouting] });
    const both = columnField<string>('C', [trimmed]).or('none').bind('it');
    expect(changesIn(both, [' a', 'A', null, ' B'], { contract })).toEqual({
      counts: [
        ['.or', 1],
        ['column transformer', 2],
        ['trimmed', 2],
      ],
      rows: ['A', 'A', 'NONE', 'B'],
    });
  });
});
