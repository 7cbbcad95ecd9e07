import { fieldType } from '../../../../src/core/checks/field-type';
import { fieldZone } from '../../../../src/core/checks/zone-state';
import { checkMapping } from '../../../../src/core/checks/contract-checks';
import { legacyTable } from '../../../../src/core/mapping/legacy-table';
import { stepText } from '../../../../src/core/mapping/step-text';
import { stepOf, type Transform } from '../../../../src/core/mapping/transform';
import * as transforms from '../../../../src/core/transforms';
import { sourceFiles } from '../../../support/source-files';

/** What each family of values looks like on the wire. */
const LOOKS: Readonly<Record<string, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  integer: (value) => /^-?\d+$/.test(String(value)),
  number: (value) => /^-?\d+(\.\d+)?$/.test(String(value)),
  boolean: (value) => typeof value === 'boolean',
  date: (value) => /^\d{4}-\d\d-\d\d( BC)?$/.test(String(value)),
  timestamp: (value) => /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/.test(String(value)),
  unknown: () => true,
};

const DAY = ' 2024-02-29 00:00:00';
const {
  atMidnight,
  bytesAs,
  codeTable,
  collapsedSpaces,
  dateFromText,
  decimal,
  email,
  integer,
  intervalToMicroseconds,
  inZone,
  lower,
  nullIf,
  nullIfRefused,
  nulRefused,
  nulReplaced,
  nulStripped,
  oracleDate,
  oracleTimestamp,
  phone,
  timestampToMicroseconds,
  trimmed,
  unpadded,
  upper,
  yesNo,
} = transforms;

/** Each built-in conversion by the name of its export, with a value that it takes. */
const BUILT_IN: Readonly<Record<string, readonly [Transform<never, unknown>, unknown]>> = {
  atMidnight: [atMidnight, '2024-02-29'],
  bytesAs: [bytesAs('utf-8'), Buffer.from('x')],
  codeTable: [codeTable('c', { A: 'active' }), 'A'],
  collapsedSpaces: [collapsedSpaces, 'a  b'],
  dateFromText: [dateFromText('YYYYMMDD'), '20240229'],
  decimal: [decimal(5, 2), '1.5'],
  email: [email, ' A@B.C'],
  inZone: [inZone('Europe/Paris'), DAY],
  integer: [integer, '7'],
  intervalToMicroseconds: [intervalToMicroseconds, '+1 02:03:04.123456789'],
  lower: [lower, 'A'],
  nulRefused: [nulRefused, 'a'],
  nulReplaced: [nulReplaced('?'), 'a\0'],
  nulStripped: [nulStripped, 'a\0'],
  nullIf: [nullIf('x'), 'y'],
  nullIfRefused: [nullIfRefused(dateFromText('YYYYMMDD')), '20240229'],
  oracleDate: [oracleDate, DAY],
  oracleTimestamp: [oracleTimestamp, DAY],
  phone: [phone({ country: '1' }), '555 123 4567'],
  timestampToMicroseconds: [timestampToMicroseconds, `${DAY}.123456789`],
  trimmed: [trimmed, ' a '],
  unpadded: [unpadded, 'a  '],
  upper: [upper, 'a'],
  yesNo: [yesNo, 'Y'],
};
/** Exports by which a user makes conversions. */
const MAKERS = ['alteration', 'decoding', 'transform'];

describe('every built-in conversion', () => {
  it('is tried here', () => {
    expect([...Object.keys(BUILT_IN), ...MAKERS].sort()).toEqual(Object.keys(transforms).sort());
  });

  it.each(Object.entries(BUILT_IN))('says what it gives, and gives that: %s', (_, [conversion, value]) => {
    const { gives } = conversion;
    expect(gives).toBeDefined();
    const made = (conversion as unknown as (value: unknown) => unknown)(value);
    if (gives === 'same') expect(typeof made).toBe(typeof value);
    else expect(LOOKS[typeof gives === 'object' ? gives.family : (gives ?? '')]?.(made)).toBe(true);
  });

  it.each(Object.entries(BUILT_IN))('says what becomes of a time zone where it may give a time: %s', (_, [one]) => {
    const { gives, zone } = one;
    if (['text', 'date', 'timestamp', 'unknown'].some((family) => gives === family)) expect(zone).toBeDefined();
  });

  it('handles NUL characters exactly where its value has none of them any more', () => {
    const handling = Object.entries(BUILT_IN).filter(([, [{ handles }]]) => handles?.includes('nul') === true);
    expect(handling.map(([name]) => name)).toEqual(['nulRefused', 'nulReplaced', 'nulStripped']);
    for (const [, [conversion]] of handling) {
      const convert = conversion as unknown as (value: string) => string;
      expect(withoutNul(() => convert('a\0b'))).toBe(true);
    }
  });

  it.each(Object.values(BUILT_IN).flatMap(([{ step }]) => (LOOKS[step.name] === undefined ? [step.name] : [])))(
    'is known by its name to no check: %s',
    (name) => {
      const makers = /^src\/(core\/transforms|demo|standin|mappings)\//;
      const named = sourceFiles().filter(
        ({ path, text }) => !makers.test(path) && new RegExp(`(?<!<)'${name}'|^\\s+${name}: `, 'm').test(text),
      );
      expect(named.map(({ path }) => path)).toEqual([]);
    },
  );

  it.each([
    ["phone({ country: '1', digits: 10, extension: 'keep' })", phone({ country: '1' })],
    ["inZone('Europe/Paris', { gap: 'later', fold: 'reject' })", inZone('Europe/Paris', { gap: 'later' })],
    ["nullIfRefused(codeTable('c', { … }))", nullIfRefused(codeTable('c', { A: 'a' }))],
    ['decimal(5, 2)', decimal(5, 2)],
  ])('is written in a hint as in the sheet: %s', (text, conversion) => {
    expect(stepText(stepOf(conversion as Transform<never, unknown>))).toBe(text);
  });
});

function withoutNul(convert: () => string): boolean {
  try {
    return !convert().includes('\0');
  } catch {
    return true;
  }
}

describe('a field', () => {
  const columns = [{ name: 'V', dataType: 'VARCHAR2', length: 9, precision: null, scale: null, nullable: true }];
  const { from } = legacyTable<{ V: string }>('T', { key: ['V'] });

  it.each([
    ['phone', phone({ country: '1' })],
    ['nulReplaced', nulReplaced('(none)')],
  ])('gives text of a length that is not known behind %s', (_, conversion) => {
    expect(fieldType(from('V', conversion).bind('v'), columns)).toMatchObject({ family: 'text', length: null });
  });

  it('of an interval holds no time, whatever cuts its digits', () => {
    const field = from('V', intervalToMicroseconds).bind('v');
    expect(fieldZone(field, ['INTERVAL DAY(2) TO SECOND(9)'])).toEqual({ state: 'none', origin: 'none' });
  });
});

describe("a user's own conversion", () => {
  const column = { name: 'V', dataType: 'VARCHAR2', length: 9, precision: null, scale: null, nullable: true };
  const { from, computed } = legacyTable<{ V: string }>('T', { key: ['V'] });
  const typeOf = (conversion: Transform<string, string>): string =>
    fieldType(from('V', conversion).bind('v'), [column]).family;

  it('is of a type that is not known, unless it says what it gives', () => {
    const grade = (value: string): string => value;
    expect(typeOf(transforms.transform('grade@1', [], grade))).toBe('unknown');
    expect(typeOf(transforms.transform('grade@1', [], grade, { gives: 'integer' }))).toBe('integer');
    expect(typeOf(transforms.alteration('cut@1', [], grade, { gives: 'same' }))).toBe('text');
  });

  it('has the same name and arguments in plan and fingerprint, whatever it says', () => {
    const own = transforms.transform('grade@1', [7], String, { gives: 'integer', handles: ['nul'] });
    expect(own.step).toEqual({ name: 'grade@1', args: [7] });
  });

  it('does not meet nulls, so that a column that forbids them is warned of; a computed field does', () => {
    const own = transforms.transform('grade@1', [], (value: string) => value);
    expect(nullFindings(from('V', own).bind('v'))).toEqual(['NULL_INTO_NOT_NULL']);
    expect(nullFindings(computed(['V'], 'grade', (value) => value).bind('v'))).toEqual([]);
  });

  function nullFindings(field: ReturnType<ReturnType<typeof from>['bind']>): readonly string[] {
    const table = { schema: 'public', name: 't' };
    const shape = { nullable: false, length: null, precision: null, scale: null };
    const live = { ...shape, name: 'v', type: 'text', maxLength: null, hasDefault: false, generated: 'no' } as const;
    const declared = { ...shape, property: 'v', column: 'v', type: 'text', primary: false } as const;
    return checkMapping({
      mapping: {
        ...{ entity: 't', source: 'T', key: ['V'], target: class T {}, fields: [field], leftOut: [], orphans: {} },
        validation: 'off',
      },
      contract: {
        ...{ entityName: 'T', table, relations: [], unsupported: [], bypassed: [] },
        columns: [{ ...declared, generated: 'no', toDatabase: null }],
      },
      sourceTable: {
        ...{ name: { owner: 'APP', name: 'T' }, kind: 'table', primaryKey: ['V'] },
        ...{ estimatedRows: null, averageRowBytes: null, columns: [column] },
      },
      targetTable: {
        table,
        primaryKey: ['v'],
        foreignKeys: [],
        keysCanBeNotValid: true,
        empty: true,
        triggers: [],
        columns: [live],
      },
      lookedUp: new Map(),
    }).flatMap(({ code }) => (code.startsWith('NULL_') ? [code] : []));
  }
});
