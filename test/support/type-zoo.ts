import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { legacyTable } from '../../src/core/mapping/legacy-table';
import type { TableMapping } from '../../src/core/mapping/table-mapping';
import type { CharText, DateText, NumberText, TimestampText } from '../../src/core/mapping/wire';
import {
  bytesAs,
  integer,
  oracleTimestamp,
  timestampToMicroseconds,
  transform,
  trimmed,
} from '../../src/core/transforms';

/** Who looks after an animal; some of the legacy references lead nowhere. */
@Entity('keeper')
export class Keeper {
  @PrimaryColumn({ type: 'int' }) id!: number;
  @Column({ type: 'varchar', length: 20 }) name!: string;
}

/** One column for each way in which a value could be told apart wrongly. */
@Entity('animal')
export class Animal {
  @PrimaryColumn({ type: 'bigint' }) id!: string;
  @Column({ type: 'numeric', nullable: true }) exact!: string | null;
  @Column({ type: 'numeric', precision: 12, scale: 2, nullable: true }) scaled!: string | null;
  @Column({ name: 'as_double', type: 'double precision', nullable: true }) asDouble!: string | null;
  @Column({ type: 'real', nullable: true }) single!: string | null;
  @Column({ type: 'double precision', nullable: true }) double!: string | null;
  @Column({ type: 'text', nullable: true }) words!: string | null;
  @Column({ type: 'varchar', length: 50, nullable: true }) national!: string | null;
  @Column({ type: 'char', length: 5, nullable: true }) padded!: string | null;
  @Column({ type: 'text', nullable: true }) kept!: string | null;
  @Column({ type: 'text', nullable: true }) decoded!: string | null;
  @Column({ type: 'timestamp', nullable: true }) born!: Date | null;
  @Column({ type: 'timestamp', nullable: true }) seen!: Date | null;
  @Column({ type: 'timestamptz', nullable: true }) moved!: Date | null;
  @Column({ type: 'interval', nullable: true }) gestation!: string | null;
  @Column({ type: 'interval', nullable: true }) nap!: string | null;
  @Column({ type: 'bytea', nullable: true }) tag!: Buffer | null;
  @Column({ type: 'uuid', nullable: true }) guid!: string | null;
  @Column({ type: 'text', nullable: true }) notes!: string | null;
  @Column({ type: 'text', nullable: true }) nationalNotes!: string | null;
  @Column({ type: 'bytea', nullable: true }) picture!: Buffer | null;
  @Column({ type: 'jsonb', nullable: true }) traits!: string | null;
  @Column({ type: 'json', nullable: true }) diet!: string | null;
  @Column({ type: 'int', array: true, nullable: true }) weights!: string | null;
  @Column({ type: 'enum', enum: ['fur', 'scales'], nullable: true }) cover!: string | null;
  @Column({ name: 'keeper_id', type: 'int', nullable: true }) keeperId!: number | null;
  @ManyToOne(() => Keeper, { nullable: true }) @JoinColumn({ name: 'keeper_id' }) keeper!: Keeper | null;
}

/** The target's table gets no key; nor does the mapping carry one over. */
@Entity('trace')
export class Trace {
  @PrimaryColumn({ type: 'varchar', length: 20 }) place!: string;
  @Column({ type: 'int' }) count!: number;
}

interface AnimalRow {
  ID: NumberText;
  N: NumberText | null;
  N2: NumberText | null;
  F: NumberText | null;
  BF: NumberText | null;
  BD: NumberText | null;
  V: string | null;
  NV: string | null;
  C: CharText | null;
  D: DateText | null;
  T: TimestampText | null;
  TZ: TimestampText | null;
  YM: string | null;
  DS: string | null;
  R: Buffer | null;
  CL: string | null;
  NC: string | null;
  BL: Buffer | null;
  J: string | null;
  A: string | null;
  E: string | null;
  KEEPER_ID: NumberText | null;
}

const guid = transform('guid@1', [], (bytes: Buffer) => (bytes.length === 16 ? bytes.toString('hex') : null));
const asText = transform('asText@1', [], (value: string) => value);

function animals(): TableMapping {
  const { from, fromBytes, mapTo } = legacyTable<AnimalRow>('ANIMAL', { key: ['ID'] });
  return mapTo(
    Animal,
    {
      id: from('ID', integer),
      exact: from('N'),
      scaled: from('N2'),
      asDouble: from('F'),
      single: from('BF'),
      double: from('BD'),
      words: from('V'),
      national: from('NV'),
      padded: from('C', asText),
      kept: from('C', asText),
      decoded: fromBytes('V' as never, bytesAs('utf-8'), trimmed),
      born: from('D', oracleTimestamp),
      seen: from('T', timestampToMicroseconds, oracleTimestamp),
      moved: from('TZ', oracleTimestamp),
      gestation: from('YM'),
      nap: from('DS'),
      tag: from('R'),
      guid: from('R', guid),
      notes: from('CL'),
      nationalNotes: from('NC'),
      picture: from('BL'),
      traits: from('J'),
      diet: from('J'),
      weights: from('A'),
      cover: from('E'),
      keeperId: from('KEEPER_ID', integer),
    },
    { validation: 'off', orphans: { keeperId: 'null' } as never },
  );
}

export function zooMappings(): TableMapping[] {
  const keeper = legacyTable<{ ID: NumberText; NAME: string }>('KEEPER', { key: ['ID'] });
  const trace = legacyTable<{ PLACE: string; N: NumberText; ROWID: string }>('TRACE', { key: ['ROWID'] });
  return [
    keeper.mapTo(Keeper, { id: keeper.from('ID', integer), name: keeper.from('NAME') }),
    animals(),
    trace.mapTo(Trace, { place: trace.from('PLACE'), count: trace.from('N', integer) }, { validation: 'off' }),
  ];
}

export const ZOO_ENTITIES = [Keeper, Animal, Trace];

export const ZOO_DDL = [
  'CREATE TABLE KEEPER (ID NUMBER(5) NOT NULL PRIMARY KEY, NAME VARCHAR2(20) NOT NULL)',
  `CREATE TABLE ANIMAL (
     ID NUMBER(10) NOT NULL PRIMARY KEY, N NUMBER, N2 NUMBER(12,2), F FLOAT(126), BF BINARY_FLOAT, BD BINARY_DOUBLE,
     V VARCHAR2(100), NV NVARCHAR2(50), C CHAR(5), D DATE, T TIMESTAMP(9), TZ TIMESTAMP(6) WITH TIME ZONE,
     YM INTERVAL YEAR(4) TO MONTH, DS INTERVAL DAY(3) TO SECOND(6), R RAW(16),
     CL CLOB, NC NCLOB, BL BLOB, J VARCHAR2(200), A VARCHAR2(40), E VARCHAR2(10), KEEPER_ID NUMBER(5))`,
  'CREATE TABLE TRACE (PLACE VARCHAR2(20) NOT NULL, N NUMBER(9) NOT NULL)',
];

const date = (text: string): string => `TO_DATE('${text}', 'SYYYY-MM-DD HH24:MI:SS')`;
const stamp = (text: string): string => `TO_TIMESTAMP('${text}', 'YYYY-MM-DD HH24:MI:SS.FF9')`;
const zoned = (text: string): string => `TO_TIMESTAMP_TZ('${text}', 'YYYY-MM-DD HH24:MI:SS.FF6 TZH:TZM')`;

/** Values of one column each, a row each. Local times that do not exist or exist twice in Paris and São Paulo are among them. */
const ANIMALS: readonly Readonly<Record<string, string>>[] = [
  ...['9'.repeat(38), '-0.5', '1E-130', '9.99E125', '0', '.1', '1234567890123456789', '1.10'].map((text) => ({
    N: `TO_NUMBER('${text}')`,
    F: `TO_NUMBER('0.1')`,
  })),
  ...['1234567890.10', '-0.01', '0', '100'].map((N2) => ({ N2 })),
  ...["''", "' '", "'0'", "'false'", "' it''s \"here\" '", "'a\tb\\c'", "'é'", "'A'", "'a '", "'é🙂'"].map((V) => ({
    V,
  })),
  ...["'né🙂'", "' '"].map((NV) => ({ NV })),
  ...["'ab'", "' '", "'ab  c'", "'abcde'"].map((C) => ({ C })),
  ...[
    '-4712-01-01 00:00:00',
    '0001-01-01 00:00:00',
    '-0001-12-31 23:59:59',
    '9999-12-31 23:59:59',
    '2020-03-29 02:30:00',
    '2020-10-25 02:30:00',
    '2018-11-04 00:30:00',
    '1911-03-10 23:55:00',
    '1970-01-01 00:00:00',
  ].map((text) => ({ D: date(text) })),
  ...['2020-03-29 02:30:00.123456789', '2018-11-04 00:00:00.100000000', '9999-12-31 23:59:59.999999999'].map(
    (text) => ({
      T: stamp(text),
    }),
  ),
  ...[
    '2020-03-29 02:30:00.123456 +05:30',
    '2018-11-03 23:30:00.000000 -03:00',
    '0001-01-01 00:00:00.000000 +14:00',
  ].map((text) => ({ TZ: zoned(text) })),
  ...['0.1', '0', '16777217', '-1'].map((BF) => ({ BF })),
  ...['0.1', '1E-300', '9007199254740993', '-1'].map((BD) => ({ BD })),
  { R: "HEXTORAW('00FF10')" },
  { R: "HEXTORAW('0123456789ABCDEF0123456789ABCDEF')" },
  { CL: "'né🙂'", NC: "'né🙂'" },
  { CL: `'${'long note '.repeat(300)}'`, BL: "HEXTORAW('0001')" },
  { J: `'{"b": 1.50, "a":[1e2,  null], "a":"ü"}'` },
  { J: `'12345678901234567890.10'` },
  { A: "'{ 1, 2,NULL}'" },
  { A: "'{}'" },
  { E: "'fur'" },
  { KEEPER_ID: '1' },
  { KEEPER_ID: '2' },
  { KEEPER_ID: '99' },
];

/** Rows that the target refuses: they are rejects of the run, and not missing. */
const REFUSED: readonly Readonly<Record<string, string>>[] = [{ E: "'feathers'" }, { J: "'no json'" }, { A: "'{1'" }];

/** Fills the legacy tables, in one session. */
export const ZOO_ROWS: readonly string[] = [
  "ALTER SESSION SET TIME_ZONE = '+00:00'",
  ...['Ann', 'Bob', 'Cid'].map((name, index) => `INSERT INTO KEEPER (ID, NAME) VALUES (${index + 1}, '${name}')`),
  ...[...ANIMALS, ...REFUSED].map((values, index) => {
    const columns = ['ID', ...Object.keys(values)].join(', ');
    return `INSERT INTO ANIMAL (${columns}) VALUES (${[String(index + 1), ...Object.values(values)].join(', ')})`;
  }),
  ...['a', 'b', 'b', 'c', 'd', 'e'].map(
    (place, index) => `INSERT INTO TRACE (PLACE, N) VALUES ('${place}', ${index >> 2})`,
  ),
];

/** What the stand-in can store and has no statement for, written into its storage. */
export const ZOO_STORED: readonly string[] = [
  `update "LEGACY"."ANIMAL" set "YM" = '+0001-02', "DS" = '+001 02:03:04.500000000' where "ID" = 1`,
  `update "LEGACY"."ANIMAL" set "YM" = '-0000-01', "DS" = '-002 00:00:00.000001000' where "ID" = 2`,
  `update "LEGACY"."ANIMAL" set "CL" = '', "NC" = '', "BL" = '' where "ID" = 3`,
  `update "LEGACY"."ANIMAL" set "BF" = 'NaN', "BD" = '-Infinity' where "ID" = 4`,
  `update "LEGACY"."ANIMAL" set "BF" = '-0', "BD" = '-0' where "ID" = 5`,
];

export const ZOO_SIZE = { animals: ANIMALS.length, refused: REFUSED.length };
