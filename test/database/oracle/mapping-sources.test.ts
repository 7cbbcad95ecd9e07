import { Column, Entity, PrimaryColumn } from 'typeorm';
import { legacyQuery, legacyTable } from '../../../src/core/mapping/legacy-table';
import type { CharText, DateText, NumberText } from '../../../src/core/mapping/wire';
import { decimal, oracleDate, trimmed } from '../../../src/core/transforms';
import { openOracleSource } from '../../../src/oracle/source/oracle-source';
import type { ChunkPlan, LegacySource, ReadPlan } from '../../../src/core/ports/legacy-source';
import { startSmallMigration, type SmallMigration } from '../../support/small-migration';

@Entity('total')
class Total {
  @PrimaryColumn({ type: 'varchar', length: 3 })
  plant!: string;

  @PrimaryColumn({ type: 'date' })
  day!: string;

  @Column({ type: 'numeric', precision: 12, scale: 2 })
  amount!: string;
}

interface TotalRow {
  PLANT_CD: CharText;
  DAY_DT: DateText;
  AMOUNT: NumberText | null;
}

const SALES = 600;
const DDL = [
  `CREATE TABLE AB_PLANT (PLANT_CD CHAR(3) NOT NULL PRIMARY KEY, ACTIVE CHAR(1))`,
  `CREATE TABLE AB_SALE (SALE_ID NUMBER(9) NOT NULL PRIMARY KEY, PLANT_CD CHAR(3), DAY_DT DATE, AMOUNT NUMBER(10,2))`,
  `CREATE VIEW TOTAL_V AS SELECT PLANT_CD, DAY_DT, SUM(AMOUNT) AS AMOUNT FROM AB_SALE GROUP BY PLANT_CD, DAY_DT`,
];
/** Each plant sells on ten days, three times a day. */
const sales = Array.from({ length: SALES }, (_, index) => [
  index + 1,
  `P${index % 20}`,
  new Date(Date.UTC(2020, 0, 1 + (Math.floor(index / 20) % 10))),
  10.5,
]);

const sheetOf = ({ from }: ReturnType<typeof legacyQuery<TotalRow>>) =>
  ({
    plant: from('PLANT_CD', trimmed),
    day: from('DAY_DT', oracleDate),
    amount: from('AMOUNT', decimal(12, 2)).or('0'),
  }) as const;

const view = legacyTable<TotalRow>('TOTAL_V', { key: ['PLANT_CD', 'DAY_DT'] });
const query = legacyQuery<TotalRow>('TOTALS', {
  key: ['PLANT_CD', 'DAY_DT'],
  query: `
    with active as (select PLANT_CD from {AB_PLANT} where ACTIVE = 'Y') -- {not a table}
    select s.PLANT_CD, s.DAY_DT, SUM(s.AMOUNT) as AMOUNT
    from {LEGACY.AB_SALE} s join active a on a.PLANT_CD = s.PLANT_CD
    group by s.PLANT_CD, s.DAY_DT`,
});

let small: SmallMigration;
let source: LegacySource;

beforeAll(async () => {
  small = await startSmallMigration(DDL, [Total]);
  await small.standin.run(
    {
      sql: 'INSERT INTO AB_PLANT (PLANT_CD, ACTIVE) VALUES (:1, :2)',
      rows: Array.from({ length: 20 }, (_, index) => [`P${index}`, index < 15 ? 'Y' : 'N']),
    },
    { sql: 'INSERT INTO AB_SALE (SALE_ID, PLANT_CD, DAY_DT, AMOUNT) VALUES (:1, :2, :3, :4)', rows: sales },
  );
  source = await openOracleSource(small.standin.settings);
});

afterAll(async () => {
  await source.close();
  await small.stop();
});

const totals = 'select count(*)::int, sum(amount)::text from total';

describe('a view as the source of a mapping', () => {
  it('is loaded in chunks cut by its declared key, and its rejects have a key and no ROWID', async () => {
    const mapping = view.mapTo(Total, { ...sheetOf(view), amount: view.from('AMOUNT', decimal(4, 2)).or('0') });
    await small.standin.run('UPDATE AB_SALE SET AMOUNT = 100 WHERE SALE_ID = 1');
    const migrated = await small.run([mapping], { batchSize: 50, lanes: 2 });
    await small.standin.run('UPDATE AB_SALE SET AMOUNT = 10.5 WHERE SALE_ID = 1');
    expect(migrated.outcome).toMatchObject({ state: 'complete', entities: [{ because: null }] });
    expect(await migrated.rows(totals)).toEqual([[199, '6268.50']]);
    expect(migrated.rejects).toMatchObject([
      { key: '["P0 "," 2020-01-01 00:00:00"]', rowid: null, property: 'amount' },
    ]);
    expect(await migrated.rows('select count(*)::int from cutover.chunk')).toEqual([[4]]);
    expect(migrated.verdicts[0]?.issues).toEqual([]);
  });

  it('is said to have a key that no dictionary can prove, and cannot have ROWID for a key', async () => {
    const mapping = view.mapTo(Total, sheetOf(view));
    const proven = await small.check([mapping]);
    expect(proven.filter(({ level }) => level === 'error')).toEqual([]);
    expect(proven).toContainEqual(expect.objectContaining({ code: 'KEY_UNPROVEN', subject: 'total' }));
    const byRowid = await small.check([{ ...mapping, key: ['ROWID'] }]);
    expect(byRowid).toContainEqual(expect.objectContaining({ code: 'ROWID_MISSING', level: 'error' }));
  });
});

describe('a query as the source of a mapping', () => {
  it('is read at the SCN of the run in all its tables, in chunks cut by its key', async () => {
    const mapping = query.mapTo(Total, sheetOf(query), { where: "PLANT_CD <> 'P3'" });
    const migrated = await small.run([mapping], { batchSize: 40 });
    expect(migrated.outcome?.state).toBe('complete');
    expect(await migrated.rows(totals)).toEqual([[140, '4410.00']]);
    expect(migrated.outcome?.entities[0]?.tally).toMatchObject({ source: 150, filtered: 10, inserted: 140 });
    expect(migrated.verdicts[0]?.issues).toEqual([]);
  });

  it('does not see what is committed after the SCN', async () => {
    const plan: ReadPlan = {
      entity: 'total',
      source: { owner: null, name: 'TOTALS', query: 'select COUNT(*) N, SUM(AMOUNT) A from {AB_SALE}' },
      columns: [{ name: 'A', as: 'text' }],
      key: ['N'],
      where: null,
    };
    const scn = await source.takeScn();
    await small.standin.run('INSERT INTO AB_SALE (SALE_ID, AMOUNT) VALUES (9999, 1)');
    const sums: unknown[] = [];
    for (const at of [scn, null])
      for await (const rows of source.read({ plan, scn: at }, { kind: 'all' })) sums.push(...rows);
    await small.standin.run('DELETE FROM AB_SALE WHERE SALE_ID = 9999');
    expect(sums).toEqual([
      [null, '6300'],
      [null, '6301'],
    ]);
  });

  it('is described by the database: its columns and types are checked before anything is loaded', async () => {
    const findings = await small.check([query.mapTo(Total, sheetOf(query))]);
    expect(findings.filter(({ level }) => level === 'error')).toEqual([]);
    const other = legacyQuery<TotalRow>('TOTALS', {
      key: ['PLANT_CD'],
      query: 'select PLANT_CD, SALE_ID as DAY_DT from {AB_SALE}',
    });
    const codes = (await small.check([other.mapTo(Total, sheetOf(other))])).map(({ code, subject }) => [code, subject]);
    expect(codes).toContainEqual(['SOURCE_COLUMN_MISSING', 'total.amount']);
  });

  it('that the database refuses is a finding, and stops no other', async () => {
    const wrong = legacyQuery<TotalRow>('TOTALS', { key: ['PLANT_CD'], query: 'select * from {AB_NOWHERE}' });
    const findings = await small.check([
      wrong.mapTo(Total, sheetOf(wrong)),
      view.mapTo(Total, sheetOf(view), { entity: 'v' }),
    ]);
    expect(findings).toContainEqual(expect.objectContaining({ code: 'SOURCE_QUERY_REFUSED', subject: 'total' }));
    expect(findings).toContainEqual(expect.objectContaining({ code: 'KEY_UNPROVEN', subject: 'v' }));
  });
});

describe('a key with nulls', () => {
  it('cuts chunks all the same: the first one has the rows that have no place in its order', async () => {
    await small.standin.run(
      'CREATE TABLE AB_LOOSE (A VARCHAR2(5), B NUMBER(5))',
      {
        sql: 'INSERT INTO AB_LOOSE (A, B) VALUES (:1, :2)',
        rows: Array.from({ length: 90 }, (_, index) => [
          index % 7 === 0 ? null : `A${index % 5}`,
          index % 11 === 0 ? null : index,
        ]),
      },
      'CREATE VIEW LOOSE_V AS SELECT A, B FROM AB_LOOSE',
    );
    const plan: ReadPlan = {
      entity: 'loose',
      source: { owner: null, name: 'LOOSE_V' },
      columns: [
        { name: 'A', as: 'text' },
        { name: 'B', as: 'text' },
      ],
      key: ['A', 'B'],
      where: null,
    };
    const chunks: ChunkPlan = await source.planChunks({ plan, scn: null }, 20);
    expect(chunks.chunks.length).toBeGreaterThan(3);
    const seen: string[] = [];
    for (const chunk of chunks.chunks) {
      for await (const rows of source.read({ plan, scn: null }, chunk))
        seen.push(...rows.map((row) => JSON.stringify(row)));
    }
    expect(seen).toHaveLength(90);
    expect(new Set(seen).size).toBe(
      new Set(Array.from({ length: 90 }, (_, i) => `${i % 7 === 0 ? 'x' : i % 5}:${i % 11 === 0 ? 'x' : i}`)).size,
    );
  });
});
