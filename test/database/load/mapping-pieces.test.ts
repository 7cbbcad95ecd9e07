import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { runReset } from '../../../src/app/run-reset';
import { legacyTable, targetValues } from '../../../src/core/mapping/legacy-table';
import type { TableMapping } from '../../../src/core/mapping/table-mapping';
import type { CharText, DateText, NumberText } from '../../../src/core/mapping/wire';
import { integer, oracleDate, trimmed, unpadded } from '../../../src/core/transforms';
import { startSmallMigration, type SmallMigration } from '../../support/small-migration';
import { QUIET } from '../../support/quiet';

@Entity('line')
class Line {
  @PrimaryColumn({ type: 'varchar', length: 4 })
  plant!: string;

  @PrimaryColumn({ type: 'int' })
  number!: number;

  @PrimaryColumn({ type: 'date' })
  opened!: string;

  @Column({ type: 'varchar', length: 20 })
  name!: string;
}

@Entity('stop')
class Stop {
  @PrimaryColumn({ type: 'int' })
  id!: number;

  @Column({ type: 'varchar', length: 4, nullable: true })
  plant!: string | null;

  @Column({ type: 'int', nullable: true })
  number!: number | null;

  @Column({ type: 'date', nullable: true })
  opened!: string | null;

  @ManyToOne(() => Line)
  @JoinColumn([
    { name: 'plant', referencedColumnName: 'plant' },
    { name: 'number', referencedColumnName: 'number' },
    { name: 'opened', referencedColumnName: 'opened' },
  ])
  line!: Line;
}

@Entity('contact')
class Contact {
  @PrimaryColumn({ type: 'int' })
  id!: number;

  @Column({ type: 'varchar', length: 30 })
  name!: string;

  @Column({ type: 'varchar', length: 10 })
  kind!: string;

  @Column({ type: 'int', nullable: true })
  bossId!: number | null;

  @ManyToOne(() => Contact)
  @JoinColumn({ name: 'bossId' })
  boss!: Contact | null;
}

@Entity('letter')
class Letter {
  @PrimaryColumn({ type: 'int' })
  id!: number;

  @Column({ type: 'int', nullable: true })
  contactId!: number | null;

  @ManyToOne(() => Contact)
  @JoinColumn({ name: 'contactId' })
  contact!: Contact | null;

  @Column({ type: 'varchar', length: 10, nullable: true })
  kind!: string | null;
}

interface LineRow {
  PLANT_CD: CharText;
  LINE_NO: NumberText;
  OPENED_DT: DateText;
  NAME: string;
}

interface StopRow {
  STOP_ID: NumberText;
  PLANT_CD: CharText | null;
  LINE_NO: NumberText | null;
  OPENED_DT: DateText | null;
}

interface PartyRow {
  PARTY_ID: NumberText;
  PARTY_CD: CharText;
  KIND: CharText;
  NAME: string;
  BOSS_ID: NumberText | null;
}

interface LetterRow {
  LETTER_ID: NumberText;
  PARTY_CD: string | null;
}

const DDL = [
  `CREATE TABLE AB_LINE (PLANT_CD CHAR(4) NOT NULL, LINE_NO NUMBER(4) NOT NULL, OPENED_DT DATE NOT NULL,
     NAME VARCHAR2(20) NOT NULL, PRIMARY KEY (PLANT_CD, LINE_NO, OPENED_DT))`,
  'CREATE TABLE AB_STOP (STOP_ID NUMBER(9) NOT NULL PRIMARY KEY, PLANT_CD CHAR(4), LINE_NO NUMBER(4), OPENED_DT DATE)',
  `CREATE TABLE AB_PARTY (PARTY_ID NUMBER(9) NOT NULL PRIMARY KEY, PARTY_CD CHAR(6) NOT NULL, KIND CHAR(1) NOT NULL,
     NAME VARCHAR2(30) NOT NULL, BOSS_ID NUMBER(9))`,
  'CREATE TABLE AB_LETTER (LETTER_ID NUMBER(9) NOT NULL PRIMARY KEY, PARTY_CD VARCHAR2(6))',
];

const LINES = 240;
const STOPS = 120;
const PARTIES = 3_000;
const lineOf = (n: number): [string, number, Date] => [
  `P${n % 3}`,
  Math.floor(n / 3) % 20,
  new Date(Date.UTC(2000 + Math.floor(n / 60), 0, 1)),
];

let small: SmallMigration;

beforeAll(async () => {
  small = await startSmallMigration(DDL, [Line, Stop, Contact, Letter]);
  await small.standin.run(
    {
      sql: 'INSERT INTO AB_LINE (PLANT_CD, LINE_NO, OPENED_DT, NAME) VALUES (:1, :2, :3, :4)',
      rows: Array.from({ length: LINES }, (_, n) => [...lineOf(n), n === 7 ? 'x' : `line ${n}`]),
    },
    {
      sql: 'INSERT INTO AB_STOP (STOP_ID, PLANT_CD, LINE_NO, OPENED_DT) VALUES (:1, :2, :3, :4)',
      // 7: of a line that is rejected; 8: of one that never was; 9: half a key, which refers to nothing.
      rows: Array.from({ length: STOPS }, (_, n) =>
        n === 8 ? [n, 'P0', 99, lineOf(0)[2]] : n === 9 ? [n, 'P0', null, lineOf(0)[2]] : [n, ...lineOf(n)],
      ),
    },
    {
      sql: 'INSERT INTO AB_PARTY (PARTY_ID, PARTY_CD, KIND, NAME, BOSS_ID) VALUES (:1, :2, :3, :4, :5)',
      // 10: a customer with a boss that never was; 11: a supplier with one.
      rows: Array.from({ length: PARTIES }, (_, n) => [
        n,
        `C${n}`,
        n % 3 === 0 ? 'S' : 'C',
        `party ${n}`,
        n === 10 || n === 12 ? 99_999 : n > 20 ? n - 1 : null,
      ]),
    },
    {
      sql: 'INSERT INTO AB_LETTER (LETTER_ID, PARTY_CD) VALUES (:1, :2)',
      rows: Array.from({ length: 2_500 }, (_, n) => [n, n === 5 ? 'NOBODY' : n === 6 ? null : `C${(n * 7) % PARTIES}`]),
    },
  );
});

afterAll(() => small.stop());

const line = legacyTable<LineRow>('AB_LINE', { key: ['PLANT_CD', 'LINE_NO', 'OPENED_DT'] });
const lines = line.mapTo(
  Line,
  {
    plant: line.from('PLANT_CD', unpadded),
    number: line.from('LINE_NO', integer),
    opened: line.from('OPENED_DT', oracleDate),
    name: line.from('NAME', trimmed),
  },
  { where: "NAME <> 'x'" },
);
const stop = legacyTable<StopRow>('AB_STOP', { key: ['STOP_ID'] });
const stops = stop.mapTo(Stop, {
  id: stop.from('STOP_ID', integer),
  plant: stop.from('PLANT_CD', unpadded),
  number: stop.from('LINE_NO', integer),
  opened: stop.from('OPENED_DT', oracleDate),
});

const party = legacyTable<PartyRow>('AB_PARTY', { key: ['PARTY_ID'] });
const contactsOf = (entity: string, where: string, changes: Partial<TableMapping> = {}): TableMapping => ({
  ...party.mapTo(
    Contact,
    {
      id: party.from('PARTY_ID', integer),
      name: party.from('NAME', trimmed),
      kind: party.constant(entity),
      bossId: party.from('BOSS_ID', integer),
    },
    { entity, where },
  ),
  ...changes,
});

const letter = legacyTable<LetterRow>('AB_LETTER', { key: ['LETTER_ID'] });

describe('composite keys', () => {
  it('cut chunks, name rejects and lead children to their parents, over columns of different types', async () => {
    const uncut = { ...lines, source: 'LINE_V' };
    await small.standin.run('CREATE VIEW LINE_V AS SELECT * FROM AB_LINE');
    const migrated = await small.run([stops, uncut], { batchSize: 30, lanes: 2 });
    expect(migrated.outcome).toMatchObject({ state: 'complete', entities: [{ entity: 'line' }, { entity: 'stop' }] });
    expect(await migrated.rows('select count(*)::int from line')).toEqual([[LINES - 1]]);
    expect(await migrated.rows("select count(*)::int from cutover.chunk where entity = 'line'")).toEqual([[8]]);
    expect(migrated.rejects.map(({ key, property, reason }) => [key, property, reason])).toEqual([
      ['["7"]', 'plant', 'no parent in line'],
      ['["8"]', 'plant', 'no parent in line'],
    ]);
    expect(migrated.verdicts.flatMap(({ issues }) => issues)).toEqual([]);
  });

  it('tell the children of a rejected parent from those that never had one', async () => {
    const shortened = {
      ...lines,
      where: "NAME <> 'y'",
      fields: lines.fields.map((field) => (field.property === 'name' ? refused(field) : field)),
    };
    const migrated = await small.run([shortened, stops], { batchSize: 100 });
    expect(migrated.rejects.map(({ entity, key, reason }) => [entity, key, reason])).toEqual([
      ['line', '["P1  ","2"," 2000-01-01 00:00:00"]', expect.any(String)],
      ['stop', '["7"]', 'parent rejected'],
      ['stop', '["8"]', 'no parent in line'],
    ]);
  });
});

/** The name `x` as a null, which the column forbids. */
function refused(field: TableMapping['fields'][number]): TableMapping['fields'][number] {
  return { ...field, compile: (context) => (row) => (row[context.indexOf('NAME')] === 'x' ? null : 'some name') };
}

describe('two mappings of one table', () => {
  it('split a legacy table and fill one target table together, each with its own account and orphan policy', async () => {
    const customers = contactsOf('customer', "KIND = 'C'", { orphans: { bossId: 'null' } });
    const suppliers = contactsOf('supplier', "KIND = 'S'");
    const migrated = await small.run([customers, suppliers], { batchSize: 400, lanes: 2 });
    expect(migrated.outcome?.state).toBe('complete');
    expect(migrated.verdicts.map(({ entity, issues }) => [entity, issues])).toEqual([
      ['customer', []],
      ['supplier', []],
    ]);
    const tallies = migrated.outcome?.entities.map(({ tally }) => [tally.inserted, tally.rejected, tally.filtered]);
    expect(tallies).toEqual([
      [2_000, 0, 1_000],
      [999, 1, 2_000],
    ]);
    expect(migrated.rejects).toMatchObject([{ entity: 'supplier', key: '["12"]', reason: 'no parent in contact' }]);
    expect(await migrated.rows('select "bossId" from contact where id in (10, 12, 21) order by id')).toEqual([
      [null],
      [20],
    ]);
    expect(migrated.outcome?.orphans.map(({ entity, orphans, constraint }) => [entity, orphans, constraint])).toEqual([
      ['customer', 1, 'valid'],
      ['supplier', 1, 'valid'],
    ]);
    expect(
      await migrated.rows(
        `select convalidated from pg_constraint where conrelid = 'contact'::regclass and contype = 'f'`,
      ),
    ).toEqual([[true]]);
  });

  it('are taken back one by one', async () => {
    const fields = contactsOf('any', '1 = 1').fields.filter(({ property }) => property !== 'bossId');
    const customers = contactsOf('customer', "KIND = 'C'", { fields });
    const suppliers = contactsOf('supplier', "KIND = 'S' AND PARTY_ID < 100", { fields });
    const migrated = await small.run([customers, suppliers], { batchSize: 400 });
    await runReset({ url: migrated.url }, { runId: migrated.outcome?.runId ?? null, entities: ['supplier'] }, QUIET);
    expect(await migrated.rows('select kind, count(*)::int from contact group by kind')).toEqual([['any', 2_000]]);
  });

  it('keep the orphans of the one that says so, and leave the constraint unvalidated', async () => {
    const customers = contactsOf('customer', "KIND = 'C'", { orphans: { bossId: 'keep' } });
    const suppliers = contactsOf('supplier', "KIND = 'S'");
    const migrated = await small.run([customers, suppliers], { batchSize: 5_000 });
    expect(migrated.outcome?.orphans).toMatchObject([
      { entity: 'customer', policy: 'keep', orphans: 1, constraint: 'not-valid' },
      { entity: 'supplier', policy: 'reject', orphans: 1, constraint: 'not-valid' },
    ]);
    expect(migrated.verdicts.flatMap(({ issues }) => issues)).toEqual([]);
    expect(await migrated.rows('select count(*)::int from contact')).toEqual([[PARTIES - 1]]);
  });

  it('reject a key that both bring where it comes second, and both are the parents of a child', async () => {
    const first = contactsOf('first', 'PARTY_ID < 20');
    const second = contactsOf('second', 'PARTY_ID BETWEEN 18 AND 30 AND PARTY_ID <> 25');
    const letters = letter.mapTo(
      Letter,
      {
        id: letter.from('LETTER_ID', integer),
        contactId: letter.from('LETTER_ID', integer),
        kind: letter.constant(null),
      },
      { where: 'LETTER_ID < 31' },
    );
    const migrated = await small.run([letters, first, second]);
    expect(migrated.outcome?.entities.map(({ entity, tally }) => [entity, tally.inserted, tally.rejected])).toEqual([
      ['first', 18, 2],
      ['second', 5, 7],
      ['letter', 23, 8],
    ]);
    const reasons = migrated.rejects.map(({ entity, key, reason }) => `${entity} ${key} ${reason}`);
    expect(reasons.filter((reason) => reason.startsWith('letter'))).toEqual([
      'letter ["10"] parent rejected',
      'letter ["12"] parent rejected',
      'letter ["25"] no parent in contact',
      ...[26, 27, 28, 29, 30].map((id) => `letter ["${id}"] parent rejected`),
    ]);
    expect(migrated.verdicts.flatMap(({ issues }) => issues)).toEqual([]);
  });

  it('need different names', async () => {
    const twice = [contactsOf('contact', "KIND = 'C'"), contactsOf('contact', "KIND = 'S'")];
    await expect(small.check(twice)).rejects.toMatchObject({
      code: 'MAPPING_INVALID',
      message: expect.stringContaining('contact') as string,
    });
  });
});

describe('lookup', () => {
  const all = contactsOf('contact', 'PARTY_ID NOT IN (10, 12)');
  const ids = party.values('PARTY_ID', { by: ['PARTY_CD'] });
  const kinds = party.values('KIND', { by: ['PARTY_CD'] });

  it('finds the values of a legacy table at the SCN, whatever the padding of the keys', async () => {
    const letters = letter.mapTo(Letter, {
      id: letter.from('LETTER_ID', integer),
      contactId: letter.lookup('PARTY_CD', ids, integer),
      kind: letter.lookup('PARTY_CD', kinds).or('none' as CharText),
    });
    const migrated = await small.run([all, letters], { batchSize: 700, lanes: 2 });
    expect(migrated.outcome?.state).toBe('complete');
    expect(migrated.rejects.filter(({ stage }) => stage === 'transform')).toMatchObject([
      { key: '["5"]', property: 'contactId', reason: 'no row of AB_PARTY with this PARTY_CD' },
    ]);
    const wrong = 'select id from letter where "contactId" <> (id * 7) % 3000 or id = 5';
    expect(await migrated.rows(wrong)).toEqual([]);
    expect(await migrated.rows('select "contactId", kind from letter where id = 6')).toEqual([[null, 'none']]);
    expect(await migrated.rows('select distinct kind from letter order by 1')).toEqual([['C'], ['S'], ['none']]);
  });

  it('finds the values of the target, after the entity that brings them', async () => {
    const byName = targetValues(Contact, 'id', { by: ['name'] });
    const named = legacyTable<{ ID: NumberText; NAME: string }>('LETTER_V', { key: ['ID'] });
    await small.standin.run(
      "CREATE VIEW LETTER_V AS SELECT LETTER_ID AS ID, 'party ' || TO_CHAR(LETTER_ID) AS NAME FROM AB_LETTER",
    );
    const letters = named.mapTo(Letter, {
      id: named.from('ID', integer),
      contactId: named.lookup('NAME', byName).or(1),
      kind: named.constant(null),
    });
    const migrated = await small.run([letters, all], { batchSize: 1_000 });
    expect(migrated.outcome?.entities.map(({ entity }) => entity)).toEqual(['contact', 'letter']);
    expect(await migrated.rows('select id, "contactId" from letter where "contactId" <> id order by id')).toEqual([
      [10, 1],
      [12, 1],
    ]);
  });

  it('finds values by keys of several columns', async () => {
    const names = line.values('NAME', { by: ['PLANT_CD', 'LINE_NO', 'OPENED_DT'] });
    const mapped = stop.mapTo(Letter, {
      id: stop.from('STOP_ID', integer),
      contactId: stop.constant(null),
      kind: stop.lookup(['PLANT_CD', 'LINE_NO', 'OPENED_DT'], names).or('nowhere'),
    });
    const migrated = await small.run([mapped]).catch((error: unknown) => error);
    expect(migrated).toMatchObject({ code: 'PREFLIGHT_FAILED' });
    const loaded = await small.run([mapped, all]);
    expect(await loaded.rows('select id, kind from letter where id in (3, 7, 8, 9, 119) order by id')).toEqual([
      [3, 'line 3'],
      [7, 'x'],
      [8, 'nowhere'],
      [9, 'nowhere'],
      [119, 'line 119'],
    ]);
  });

  it('stops where a key leads to two rows', async () => {
    const byKind = party.values('PARTY_ID', { by: ['KIND'] });
    const mapped = party.mapTo(Letter, {
      id: party.from('PARTY_ID', integer),
      contactId: party.lookup('KIND', byKind, integer),
      kind: party.constant(null),
    });
    const migrated = await small.run([all, mapped]);
    expect(migrated.outcome?.entities.at(-1)).toMatchObject({ state: 'failed', code: 'LOOKUP_AMBIGUOUS' });
  });

  it('is checked: its table, its columns, and whether its key can be proven', async () => {
    const elsewhere = legacyTable<PartyRow>('AB_PARTIES', { key: ['PARTY_ID'] });
    const misspelt = legacyTable<{ CODE: string; PARTY_ID: NumberText }>('AB_PARTY', { key: ['PARTY_ID'] });
    const findings = async (table: typeof ids): Promise<string[]> => {
      const mapped = letter.mapTo(Letter, {
        id: letter.from('LETTER_ID', integer),
        contactId: letter.lookup('PARTY_CD', table, integer),
        kind: letter.constant(null),
      });
      const issues = await small.check([all, mapped]);
      return issues.filter(({ subject }) => subject === 'letter.contactId').map(({ code }) => code);
    };
    expect(await findings(ids)).toEqual(['LOOKUP_KEY_UNPROVEN']);
    expect(await findings(elsewhere.values('PARTY_ID', { by: ['PARTY_CD'] }))).toEqual(['LOOKUP_TABLE_MISSING']);
    expect(await findings(misspelt.values('PARTY_ID', { by: ['CODE'] }))).toEqual(['LOOKUP_COLUMN_MISSING']);
  });
});
