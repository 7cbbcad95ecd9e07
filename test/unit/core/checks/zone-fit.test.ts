import fc from 'fast-check';
import { checkMapping } from '../../../../src/core/checks/contract-checks';
import type { EntityColumn } from '../../../../src/core/mapping/entity-contract';
import type { Issue } from '../../../../src/core/issues';
import { legacyTable, targetValues } from '../../../../src/core/mapping/legacy-table';
import type { Field } from '../../../../src/core/mapping/sheet';
import type { CharText, DateText, NumberText, TimestampText } from '../../../../src/core/mapping/wire';
import type { SourceColumn } from '../../../../src/core/ports/legacy-source';
import type { TargetColumn } from '../../../../src/core/ports/target';
import {
  alteration,
  atMidnight,
  codeTable,
  dateFromText,
  inZone,
  integer,
  nullIf,
  nullIfRefused,
  oracleDate,
  oracleTimestamp,
  timestampToMicroseconds,
  transform,
  trimmed,
  unpadded,
} from '../../../../src/core/transforms';

class Event {
  id!: number;
  at!: string | null;
}

interface EventRow {
  ID: NumberText;
  D: DateText;
  T: TimestampText;
  TZ: TimestampText;
  LTZ: TimestampText;
  TXT: string;
  C: CharText;
}

const events = legacyTable<EventRow>('EVENTS', { key: ['ID'] });
const { from, computed, constant, fromBytes, lookup } = events;
const others = legacyTable<{ ID: NumberText; SEEN: DateText }>('OTHERS', { key: ['ID'] });
const seen = others.values('SEEN', { by: ['ID'] });

const DATA_TYPES: Readonly<Record<keyof EventRow, string>> = {
  ID: 'NUMBER',
  D: 'DATE',
  T: 'TIMESTAMP(9)',
  TZ: 'TIMESTAMP(6) WITH TIME ZONE',
  LTZ: 'TIMESTAMP(6) WITH LOCAL TIME ZONE',
  TXT: 'VARCHAR2',
  C: 'CHAR',
};

const TYPES: Readonly<Record<string, string>> = {
  timestamptz: 'timestamp with time zone',
  timestamp: 'timestamp without time zone',
  date: 'date',
  text: 'text',
};

interface Around {
  readonly kind?: 'table' | 'view' | 'query';
  readonly toDatabase?: EntityColumn['toDatabase'];
  readonly lookedUp?: string;
}

/** What is found of the zone of one field into one column. */
function found(field: Field<unknown>, type: string, around: Around = {}): readonly Issue[] {
  const { kind = 'table', toDatabase = null, lookedUp } = around;
  const mapping = events.mapTo(Event, { id: from('ID', integer), at: field as Field<string | null> });
  const shape = {
    nullable: true,
    length: null,
    precision: null,
    scale: null,
    primary: false,
    generated: 'no',
  } as const;
  const columns: EntityColumn[] = [
    { ...shape, property: 'id', column: 'id', type: 'integer', toDatabase: null },
    { ...shape, property: 'at', column: 'at', type: TYPES[type] ?? type, toDatabase },
  ];
  const live = (name: string, liveType: string): TargetColumn => ({
    ...{ name, type: liveType, nullable: true, maxLength: null, precision: null, scale: null },
    ...{ hasDefault: false, generated: 'no' },
  });
  const source = (name: string, dataType: string): SourceColumn => ({
    ...{ name, dataType, length: null, precision: null, scale: null, nullable: false },
  });
  const table = { schema: 'public', name: 'event' };
  return checkMapping({
    mapping,
    contract: { entityName: 'Event', table, columns, relations: [], unsupported: [], bypassed: [] },
    sourceTable: {
      ...{
        name: { owner: 'APP', name: 'EVENTS' },
        kind,
        primaryKey: ['ID'],
        estimatedRows: null,
        averageRowBytes: null,
      },
      columns: Object.entries(DATA_TYPES).map(([name, dataType]) => source(name, dataType)),
    },
    targetTable: {
      ...{ table, primaryKey: ['id'], foreignKeys: [], keysCanBeNotValid: true, empty: true, triggers: [] },
      columns: [live('id', 'int4'), live('at', type)],
    },
    lookedUp: new Map(lookedUp === undefined ? [] : [['at', lookedUp]]),
  }).filter(({ code }) => code.startsWith('ZONE_'));
}

const codes = (field: Field<unknown>, type: string, around?: Around): readonly string[] =>
  found(field, type, around).map(({ code, level }) => `${code} ${level}`);

const own = transform('own@1', [], (value: string) => value);
const cut = alteration('cut@2', [], (value: TimestampText) => value);
const ERROR = ['ZONE_ASSUMED error'];
const WARNING = ['ZONE_UNKNOWN warning'];

describe('a time without a zone into a column of moments', () => {
  it('is an error that names both cures in the line of the sheet', () => {
    expect(found(from('D', oracleTimestamp), 'timestamptz')).toEqual([
      {
        code: 'ZONE_ASSUMED',
        level: 'error',
        subject: 'event.at',
        message: 'D (DATE) has no time zone, but at is timestamptz: its values would be taken as UTC',
        hint: "Say in which zone they stand, at: from('D', oracleTimestamp, inZone('Europe/Paris', { gap: 'reject', fold: 'reject' })), or that they are UTC, at: from('D', oracleTimestamp, inZone('UTC')). docs/TIME.md explains gap and fold.",
      },
    ]);
  });

  it.each<[string, Field<unknown>]>([
    ["at: from('D', inZone('UTC'))", from('D')],
    ["at: from('T', oracleTimestamp, inZone('UTC'))", from('T', oracleTimestamp)],
    [
      "at: from('T', timestampToMicroseconds, oracleTimestamp, inZone('UTC'))",
      from('T', timestampToMicroseconds, oracleTimestamp),
    ],
    ["at: from('D', oracleDate, inZone('UTC'))", from('D', oracleDate)],
    ["at: from('D', oracleDate, inZone('UTC'))", from('D', oracleDate, atMidnight)],
    ["at: from('TZ', oracleDate, inZone('UTC'))", from('TZ', oracleDate)],
    [
      "at: from('D', nullIfRefused(oracleTimestamp), oracleTimestamp, inZone('UTC'))",
      from('D', nullIfRefused(oracleTimestamp), oracleTimestamp),
    ],
    ["at: from('TXT', dateFromText('YYYYMMDD'), inZone('UTC'))", from('TXT', dateFromText('YYYYMMDD'))],
    [
      "at: from('TXT', trimmed, nullIf('N/A'), dateFromText('MM/DD/YYYY', 'YYYYMMDD'), inZone('UTC'))",
      from('TXT', trimmed, nullIf('N/A'), dateFromText('MM/DD/YYYY', 'YYYYMMDD')),
    ],
    ["at: from('TXT', dateFromText('YYYYMMDD'), inZone('UTC'))", from('TXT', dateFromText('YYYYMMDD'), atMidnight)],
    [
      "at: from('C', unpadded, dateFromText('YYYYMMDD'), inZone('UTC')).orReject()",
      from('C', unpadded, dateFromText('YYYYMMDD')).orReject(),
    ],
    [
      "at: from('TXT', codeTable('day', { … }), dateFromText('YYYYMMDD'), inZone('UTC'))",
      from('TXT', codeTable('day', { a: '20240101' }), dateFromText('YYYYMMDD')),
    ],
    [
      "at: from('D', oracleTimestamp, inZone('UTC')).or('1970-01-01 00:00:00+00:00')",
      from('D', oracleTimestamp).or('1970-01-01 00:00:00+00:00'),
    ],
  ])('is told to be written %s', (line, field) => {
    const [issue, ...more] = found(field, 'timestamptz');
    expect([issue?.code, issue?.level, more]).toEqual(['ZONE_ASSUMED', 'error', []]);
    expect(issue?.hint).toContain(line);
    expect(issue?.hint).toContain("inZone('Europe/Paris', { gap: 'reject', fold: 'reject' })");
  });

  it.each<[string, Field<unknown>]>([
    ['inZone alone', from('D', inZone('Europe/Paris'))],
    ['inZone at the end', from('T', timestampToMicroseconds, oracleTimestamp, inZone('UTC'))],
    ['inZone behind a day from text', from('TXT', trimmed, dateFromText('YYYYMMDD'), inZone('UTC'))],
    ['a zone of its own', from('TZ', oracleTimestamp)],
    ['a local time zone', from('LTZ', oracleTimestamp)],
    ['a zone of its own and inZone, which leaves the moment alone', from('TZ', inZone('Europe/Paris'))],
    ['inZone behind a conversion of the user', from('D', cut as never, inZone('UTC'))],
  ])('is none with %s', (_, field) => {
    expect(codes(field, 'timestamptz')).toEqual([]);
  });

  it('is found in views and queries too', () => {
    for (const kind of ['view', 'query'] as const)
      expect(codes(from('D', oracleTimestamp), 'timestamptz', { kind })).toEqual(ERROR);
  });

  it('is found where it is looked up, by the type of the value', () => {
    const field = lookup('ID', seen, oracleTimestamp);
    const [issue] = found(field, 'timestamptz', { lookedUp: 'DATE' });
    expect(issue?.message).toBe(
      'SEEN (DATE), which it looks up, has no time zone, but at is timestamptz: its values would be taken as UTC',
    );
    expect(issue?.hint).toContain("at: lookup('ID', …, oracleTimestamp, inZone('UTC'))");
    expect(codes(lookup('ID', seen, oracleTimestamp, inZone('UTC')), 'timestamptz', { lookedUp: 'DATE' })).toEqual([]);
    expect(codes(field, 'timestamptz', { lookedUp: 'TIMESTAMP(6) WITH TIME ZONE' })).toEqual([]);
    const inTarget = lookup('TXT', targetValues(Event, 'at', { by: ['at'] }) as never) as Field<unknown>;
    expect(codes(inTarget, 'timestamptz', { lookedUp: 'timestamp' })).toEqual(ERROR);
    expect(codes(inTarget, 'timestamptz', { lookedUp: 'timestamptz' })).toEqual([]);
    expect(codes(inTarget, 'timestamp', { lookedUp: 'timestamptz' })).toEqual(ERROR);
  });

  it('is a warning where a function of the user makes the value', () => {
    expect(
      codes(
        computed(['D', 'T'], 'both@1', (d) => d),
        'timestamptz',
      ),
    ).toEqual(WARNING);
    expect(
      codes(
        computed(['TXT'], 'parsed@1', (text) => text),
        'timestamptz',
      ),
    ).toEqual(WARNING);
    expect(codes(from('TXT', own), 'timestamptz')).toEqual(WARNING);
    expect(codes(from('D', cut as never), 'timestamptz')).toEqual(WARNING);
    expect(
      codes(
        fromBytes(
          'TXT',
          transform('stamp@1', [], (bytes: Buffer) => bytes.toString()),
        ),
        'timestamptz',
      ),
    ).toEqual(WARNING);
    const toDatabase = (value: unknown): unknown => value;
    expect(codes(from('D', oracleTimestamp), 'timestamptz', { toDatabase })).toEqual(WARNING);
    expect(codes(from('D', inZone('UTC')), 'timestamptz', { toDatabase })).toEqual([]);
    expect(codes(from('TZ', oracleTimestamp), 'timestamptz', { toDatabase })).toEqual([]);
  });

  it.each<[string, Field<unknown>, string[]]>([
    ['a constant', constant('2024-01-01 00:00:00'), ["'2024-01-01 00:00:00+00:00'"]],
    ['a day', constant('2024-01-01'), ["'2024-01-01 00:00:00+00:00'"]],
    ['a constant before our era', constant('0044-03-15 00:00:00 BC'), ["'0044-03-15 00:00:00+00:00 BC'"]],
    ['a default', from('TZ', oracleTimestamp).or('1970-01-01 00:00:00'), ["'1970-01-01 00:00:00+00:00'"]],
    [
      'a code',
      from('TXT', codeTable('era', { a: '2000-01-01', b: '2001-01-01 00:00:00Z' })),
      ["'2000-01-01 00:00:00+00:00'"],
    ],
  ])('is an error for %s of the sheet without its offset', (_, field, cures) => {
    const issues = found(field, 'timestamptz');
    expect(issues.map(({ code, level }) => `${code} ${level}`)).toEqual(cures.map(() => ERROR[0]));
    for (const [index, cure] of cures.entries()) expect(issues[index]?.hint).toContain(cure);
  });

  it('is no error for codes that look like times, nor for the name of their table', () => {
    const era = codeTable('2024-01-01', { '2023-01-01': 'old', '2024-01-01': 'new' });
    expect(codes(from('TXT', era), 'timestamptz')).toEqual([]);
  });

  it('is judged by what a conversion of the user says of zones', () => {
    const [at, local] = (['with', 'without'] as const).map((zone) =>
      transform('own@1', [], (value: string) => value, { gives: 'timestamp', zone }),
    ) as [typeof own, typeof own];
    expect([codes(from('TXT', at), 'timestamptz'), codes(from('TXT', at), 'timestamp')]).toEqual([[], ERROR]);
    expect([codes(from('TXT', local), 'timestamptz'), codes(from('TXT', local), 'timestamp')]).toEqual([ERROR, []]);
  });

  it('is no error for constants with their offset, and for what is no time', () => {
    for (const value of [
      '2024-01-01 00:00:00+00:00',
      '2024-01-01 00:00:00Z',
      '2024-01-01 00:00:00.5-05:30 BC',
      'infinity',
      null,
    ]) {
      expect(codes(constant(value), 'timestamptz')).toEqual([]);
    }
  });
});

describe('a time with a zone into a column without', () => {
  it('is an error that names both cures in the line of the sheet', () => {
    expect(found(from('TZ', oracleTimestamp), 'timestamp')).toEqual([
      {
        code: 'ZONE_ASSUMED',
        level: 'error',
        subject: 'event.at',
        message: 'TZ (TIMESTAMP(6) WITH TIME ZONE) has a time zone, but at is timestamp, which has none',
        hint: "Say the local time of which zone is meant, at: from('TZ', oracleTimestamp, inZone('Europe/Paris', { gap: 'reject', fold: 'reject' })), or that it is UTC, at: from('TZ', oracleTimestamp, inZone('UTC')); or make the column timestamptz. See docs/TIME.md.",
      },
    ]);
  });

  it.each<[Field<unknown>, string, string]>([
    [from('TZ'), 'timestamp', "at: from('TZ', inZone('UTC'))"],
    [from('LTZ', oracleTimestamp), 'timestamp', "at: from('LTZ', oracleTimestamp, inZone('UTC'))"],
    [
      from('TZ', timestampToMicroseconds, oracleTimestamp),
      'timestamp',
      "at: from('TZ', timestampToMicroseconds, oracleTimestamp, inZone('UTC'))",
    ],
    [from('TZ', oracleDate), 'date', "at: from('TZ', inZone('UTC'), oracleDate)"],
    [from('LTZ', oracleDate), 'date', "at: from('LTZ', inZone('UTC'), oracleDate)"],
    [from('TZ', oracleDate, atMidnight), 'timestamp', "inZone('UTC')"],
  ])('is told so: %#', (field, type, line) => {
    const [issue, ...more] = found(field, type);
    expect([issue?.code, issue?.level, more]).toEqual(['ZONE_ASSUMED', 'error', []]);
    expect(issue?.hint).toContain(line);
  });

  it.each<[string, Field<unknown>, string]>([
    ['inZone', from('TZ', inZone('Europe/Paris')), 'timestamp'],
    ['inZone behind oracleTimestamp', from('TZ', oracleTimestamp, inZone('UTC')), 'timestamp'],
    ['inZone before oracleDate', from('TZ', inZone('Europe/Paris'), oracleDate), 'date'],
    ['no zone on either side', from('D', oracleTimestamp), 'timestamp'],
    ['a day', from('D', oracleDate), 'date'],
    ['text, which keeps the offset', from('TZ'), 'text'],
  ])('is none with %s', (_, field, type) => {
    expect(codes(field, type)).toEqual([]);
  });

  it('is an error where inZone makes a moment of a time for a column that takes it as it is', () => {
    const [issue] = found(from('D', oracleTimestamp, inZone('Europe/Paris')), 'timestamp');
    expect(issue).toMatchObject({ code: 'ZONE_ASSUMED', level: 'error' });
    expect(issue?.hint).toContain("Leave inZone out, at: from('D', oracleTimestamp), or make the column timestamptz");
  });

  it('is a warning where a function of the user makes the value of a time with a zone', () => {
    expect(
      codes(
        computed(['TZ'], 'cut@1', (tz) => tz),
        'timestamp',
      ),
    ).toEqual(WARNING);
    expect(
      codes(
        computed(['D', 'LTZ'], 'cut@1', (d) => d),
        'date',
      ),
    ).toEqual(WARNING);
    expect(
      codes(
        computed(['D'], 'cut@1', (d) => d),
        'timestamp',
      ),
    ).toEqual([]);
    expect(codes(from('TXT', own), 'timestamp')).toEqual([]);
  });

  it('is an error for a constant of the sheet with an offset', () => {
    const [issue] = found(constant('2024-01-01 00:00:00+02:00'), 'timestamp');
    expect(issue).toMatchObject({ code: 'ZONE_ASSUMED', level: 'error' });
    expect(issue?.hint).toContain("'2024-01-01 00:00:00'");
    expect(codes(constant('2024-01-01 00:00:00'), 'timestamp')).toEqual([]);
  });
});

describe('every chain of built-in conversions', () => {
  it('is an error exactly where what arrives and what the column holds differ in having a zone', () => {
    const reading = [
      [],
      [oracleTimestamp],
      [timestampToMicroseconds, oracleTimestamp],
      [nullIfRefused(oracleTimestamp), oracleTimestamp],
    ] as const;
    const kinds = fc.record({
      column: fc.constantFrom('D', 'T', 'TZ', 'LTZ'),
      steps: fc.constantFrom(...reading),
      zone: fc.constantFrom<readonly string[]>([], ['UTC'], ['Europe/Paris'], ['+05:30']),
      type: fc.constantFrom('timestamptz', 'timestamp'),
    });
    fc.assert(
      fc.property(kinds, ({ column, steps, zone, type }) => {
        const chain = [...steps, ...zone.map((name) => inZone(name))];
        const field = (from as unknown as (...parts: unknown[]) => Field<unknown>)(column, ...chain);
        const hasZone = column.endsWith('Z');
        const wantsZone = type === 'timestamptz';
        const wrong = zone.length === 0 ? hasZone !== wantsZone : !hasZone && !wantsZone;
        expect(codes(field, type)).toEqual(wrong ? ERROR : []);
      }),
      { numRuns: 200, seed: 3 },
    );
  });
});
