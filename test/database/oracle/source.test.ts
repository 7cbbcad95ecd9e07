import type { LegacyRow } from '../../../src/core/mapping/wire';
import type { ChunkPlan, LegacySource, ReadPlan, SnapshotRead } from '../../../src/core/ports/legacy-source';
import { openOracleSource } from '../../../src/oracle/source/oracle-source';
import { startTestStandin, type LegacyStandin } from '../../support/standin';

const ROWS = 5_000;
const ZONED = 'TIMESTAMP(6) WITH TIME ZONE';

const DDL = [
  `CREATE TABLE ZOO (
     ID NUMBER(10) NOT NULL PRIMARY KEY, N NUMBER, N2 NUMBER(12,2), F FLOAT(126), BF BINARY_FLOAT, BD BINARY_DOUBLE,
     V VARCHAR2(100), NV NVARCHAR2(50), C CHAR(5), D DATE, T TIMESTAMP(9), TZ ${ZONED}, R RAW(16),
     CL CLOB, BL BLOB)`,
  'CREATE TABLE LONGS (ID NUMBER(5) NOT NULL, L LONG)',
  'CREATE TABLE COIL (COIL_ID NUMBER(10) NOT NULL PRIMARY KEY, MILL VARCHAR2(10) NOT NULL, PAD VARCHAR2(400))',
  'CREATE TABLE JOB (JOB_ID NUMBER(10) NOT NULL PRIMARY KEY, COIL_ID NUMBER(10))',
  'CREATE VIEW COIL_V AS SELECT COIL_ID, MILL FROM COIL',
  'CREATE TABLE "Mixed Case" ("Id" NUMBER(5) NOT NULL, "date" DATE)',
];

let standin: LegacyStandin;
let source: LegacySource;

beforeAll(async () => {
  standin = await startTestStandin({ ddl: DDL });
  await standin.run(
    {
      sql: 'INSERT INTO COIL (COIL_ID, MILL, PAD) VALUES (:1, :2, :3)',
      rows: Array.from({ length: ROWS }, (_, index) => [index + 1, `M${index % 7}`, 'x'.repeat(300)]),
    },
    {
      sql: 'INSERT INTO JOB (JOB_ID, COIL_ID) VALUES (:1, :2)',
      rows: [
        [1, 1],
        [2, null],
        [3, 99_999],
      ],
    },
    `INSERT INTO "Mixed Case" ("Id", "date") VALUES (1, TO_DATE('2001-02-03 04:05:06', 'YYYY-MM-DD HH24:MI:SS'))`,
  );
  source = await openOracleSource(standin.settings);
});

afterAll(async () => {
  await source.close();
  await standin.stop();
});

const planOf = (name: string, columns: readonly string[], rest: Partial<ReadPlan> = {}): ReadPlan => ({
  entity: name.toLowerCase(),
  source: { owner: null, name },
  columns: columns.map((column) => ({ name: column, as: 'text' })),
  key: [],
  where: null,
  ...rest,
});

async function all(rows: AsyncIterable<readonly LegacyRow[]>): Promise<LegacyRow[]> {
  const read: LegacyRow[] = [];
  for await (const batch of rows) read.push(...batch);
  return read;
}

/** The first column of every row of every chunk, as numbers in order. */
async function keysOf(read: SnapshotRead, plan: ChunkPlan, from = source): Promise<number[]> {
  const keys: number[] = [];
  for (const chunk of plan.chunks) for (const row of await all(from.read(read, chunk))) keys.push(Number(row[1]));
  return keys.sort((a, b) => a - b);
}

const everyKey = Array.from({ length: ROWS }, (_, index) => index + 1);

describe('reading values', () => {
  const nines = '9'.repeat(38);
  const insert = (id: number, values: Record<string, string>): string => {
    const columns = ['ID', ...Object.keys(values)].join(', ');
    return `INSERT INTO ZOO (${columns}) VALUES (${[String(id), ...Object.values(values)].join(', ')})`;
  };
  const valueOf = async (id: number, column: string): Promise<LegacyRow[number] | undefined> => {
    const plan = planOf('ZOO', [column], { where: `ID = ${id}` });
    const [row] = await all(source.read({ plan, scn: null }, { kind: 'all' }));
    return row?.[1];
  };

  it.each([
    [1, 'N', `TO_NUMBER('${nines}')`, nines],
    [2, 'N', "TO_NUMBER('-0.5')", '-.5'],
    [3, 'N', "TO_NUMBER('1E-130')", `.${'0'.repeat(129)}1`],
    [4, 'N', "TO_NUMBER('9.99E125')", `999${'0'.repeat(123)}`],
    [5, 'N2', '1234567890.10', '1234567890.1'],
    [6, 'V', "' it''s \"here\" '", ' it\'s "here" '],
    [7, 'V', "''", null],
    [8, 'C', "'ab'", 'ab   '],
    [9, 'D', "TO_DATE('-4712-01-01 00:00:00', 'SYYYY-MM-DD HH24:MI:SS')", '-4712-01-01 00:00:00'],
    [10, 'D', "TO_DATE('9999-12-31 23:59:59', 'YYYY-MM-DD HH24:MI:SS')", ' 9999-12-31 23:59:59'],
    [11, 'R', "HEXTORAW('00FF10')", Buffer.from([0, 255, 16])],
    [12, 'F', "TO_NUMBER('0.1')", '.1'],
    [
      15,
      'T',
      "TO_TIMESTAMP('2020-03-29 02:30:00.123456789', 'YYYY-MM-DD HH24:MI:SS.FF9')",
      ' 2020-03-29 02:30:00.123456789',
    ],
    [
      16,
      'TZ',
      "TO_TIMESTAMP_TZ('2020-03-29 02:30:00.123456 +05:30', 'YYYY-MM-DD HH24:MI:SS.FF6 TZH:TZM')",
      ' 2020-03-29 02:30:00.123456000 +05:30',
    ],
    [17, 'NV', "'né🙂'", 'né🙂'],
    [18, 'CL', "'a note'", 'a note'],
    [19, 'BL', "HEXTORAW('0001')", Buffer.from([0, 1])],
  ])('delivers case %i, %s of %s, exactly', async (id, column, expression, expected) => {
    await standin.run(insert(id, { [column]: expression }));
    expect(await valueOf(id, column)).toEqual(expected);
  });

  it.each([
    [13, 'BD', 0.1, '0.1'],
    [14, 'BF', 0.1, '0.1'],
    [15, 'BD', -1.5e-9, '-1.5e-9'],
  ])(
    'delivers case %i, binary number %s of %p, as text that reads back to the same value',
    async (id, column, value, text) => {
      await standin.run({ sql: `INSERT INTO ZOO (ID, ${column}) VALUES (:1, :2)`, rows: [[100 + id, value]] });
      expect(await valueOf(100 + id, column)).toBe(text);
    },
  );

  it('reads a text column as the bytes it is stored in', async () => {
    await standin.run(insert(30, { V: "'né'" }));
    const plan = planOf('ZOO', [], { where: 'ID = 30', columns: [{ name: 'V', as: 'bytes' }] });
    const [row] = await all(source.read({ plan, scn: null }, { kind: 'all' }));
    expect(row?.[1]).toEqual(Buffer.from('né'));
  });

  it('reads large LOBs whole, beside empty and missing ones', async () => {
    const long = 'Zeile\n'.repeat(50_000);
    await standin.run(
      { sql: 'INSERT INTO ZOO (ID, CL, BL) VALUES (:1, :2, :3)', rows: [[40, long, Buffer.alloc(100_000, 7)]] },
      'INSERT INTO ZOO (ID) VALUES (41)',
    );
    const plan = planOf('ZOO', ['ID', 'CL', 'BL'], { where: 'ID BETWEEN 40 AND 41' });
    const rows = await all(source.read({ plan, scn: null }, { kind: 'all' }));
    expect(rows.map((row) => row.slice(1))).toEqual([
      ['40', long, Buffer.alloc(100_000, 7)],
      ['41', null, null],
    ]);
  });

  it('reads LONG columns', async () => {
    await standin.run("INSERT INTO LONGS (ID, L) VALUES (1, 'old style')");
    const rows = await all(source.read({ plan: planOf('LONGS', ['L']), scn: null }, { kind: 'all' }));
    expect(rows.map((row) => row[1])).toEqual(['old style']);
  });
});

describe('the dictionary', () => {
  it('tells columns, key and kind', async () => {
    const table = await source.table({ owner: null, name: 'COIL' });
    expect(table).toMatchObject({ name: { owner: 'LEGACY', name: 'COIL' }, kind: 'table', primaryKey: ['COIL_ID'] });
    expect(table?.columns.map(({ name, dataType, nullable }) => `${name} ${dataType} ${nullable ? 'Y' : 'N'}`)).toEqual(
      ['COIL_ID NUMBER N', 'MILL VARCHAR2 N', 'PAD VARCHAR2 Y'],
    );
    expect((await source.table({ owner: 'LEGACY', name: 'COIL_V' }))?.kind).toBe('view');
    expect(await source.table({ owner: null, name: 'NOTHING' })).toBeNull();
  });

  it('reads a table whose names are in mixed case', async () => {
    const plan = planOf('Mixed Case', ['Id', 'date']);
    const [row] = await all(source.read({ plan, scn: null }, { kind: 'all' }));
    expect(row?.slice(1)).toEqual(['1', ' 2001-02-03 04:05:06']);
  });
});

describe('chunks', () => {
  const coil = planOf('COIL', ['COIL_ID']);

  it('by ROWID cover the table exactly once', async () => {
    const read = { plan: coil, scn: await source.takeScn() };
    const plan = await source.planChunks(read, 700);
    expect(plan.strategy).toBe('rowid');
    expect(plan.chunks.length).toBeGreaterThan(3);
    expect(await keysOf(read, plan)).toEqual(everyKey);
  });

  it('by key cover a view exactly once', async () => {
    const read = { plan: planOf('COIL_V', ['COIL_ID'], { key: ['COIL_ID'] }), scn: await source.takeScn() };
    const plan = await source.planChunks(read, 700);
    if (plan.strategy === 'key') expect(plan.chunks).toHaveLength(8);
    expect(await keysOf(read, plan)).toEqual(everyKey);
  });

  describe('of a source whose extents are hidden', () => {
    let hidden: LegacyStandin;
    let other: LegacySource;
    beforeAll(async () => {
      hidden = await startTestStandin({ ddl: DDL, dictionary: 'hidden' });
      await hidden.run({
        sql: 'INSERT INTO COIL (COIL_ID, MILL) VALUES (:1, :2)',
        rows: Array.from({ length: 1_000 }, (_, index) => [index + 1, `M${index % 7}`]),
      });
      other = await openOracleSource(hidden.settings);
    });
    afterAll(async () => {
      await other.close();
      await hidden.stop();
    });

    it.each([[['COIL_ID']], [['MILL', 'COIL_ID']], [['MILL']]])(
      'cover the table by key %p exactly once',
      async (key) => {
        const read = { plan: { ...coil, key }, scn: await other.takeScn() };
        const plan = await other.planChunks(read, 90);
        expect(plan.strategy).toBe('key');
        expect(plan.chunks.length).toBeGreaterThan(5);
        expect(await keysOf(read, plan, other)).toEqual(everyKey.slice(0, 1_000));
      },
    );

    it('are announced by the check', async () => {
      expect((await other.check()).map(({ code }) => code)).toContain('SOURCE_EXTENTS_HIDDEN');
    });
  });

  it('hold only the rows that meet the condition', async () => {
    const read = { plan: { ...coil, where: "MILL = 'M3' -- the third mill" }, scn: await source.takeScn() };
    const plan = await source.planChunks(read, 100);
    expect(await keysOf(read, plan)).toEqual(everyKey.filter((key) => (key - 1) % 7 === 3));
    expect(await source.count(read)).toEqual({ matching: 714, total: ROWS });
  });
});

describe('the snapshot', () => {
  it('hides what was committed after the SCN', async () => {
    const before = await source.takeScn();
    await standin.run('INSERT INTO JOB (JOB_ID, COIL_ID) VALUES (4, 4)');
    const after = await source.takeScn();
    const ids = async (scn: string | null): Promise<unknown[]> =>
      (await all(source.read({ plan: planOf('JOB', ['JOB_ID']), scn }, { kind: 'all' }))).map((row) => row[1]);
    expect(await ids(before)).toEqual(['1', '2', '3']);
    expect(await ids(after)).toEqual(['1', '2', '3', '4']);
    expect(await ids(null)).toEqual(['1', '2', '3', '4']);
  });

  it('counts orphans, NULL references aside', async () => {
    const relation = {
      child: { owner: null, name: 'JOB' },
      columns: ['COIL_ID'],
      parent: { owner: null, name: 'COIL' },
      parentColumns: ['COIL_ID'],
    };
    expect(await source.countOrphans(relation, await source.takeScn())).toBe(1);
  });
});

describe('failures', () => {
  const read: SnapshotRead = { plan: planOf('COIL', ['COIL_ID', 'PAD']), scn: null };
  afterEach(() => {
    standin.server.setFaults({});
  });

  it('reports undo that is gone as a lost snapshot', async () => {
    standin.server.setFaults({ errorAtFetch: { ora: 1555, fetch: 2, times: 1 } });
    await expect(all(source.read(read, { kind: 'all' }))).rejects.toMatchObject({ code: 'SNAPSHOT_LOST' });
  });

  it('reports a dropped connection as retryable, and reads the chunk at the second attempt', async () => {
    standin.server.setFaults({ dropAfterRows: { rows: 3_000, times: 1 } });
    await expect(all(source.read(read, { kind: 'all' }))).rejects.toMatchObject({
      code: 'SOURCE_UNREACHABLE',
      retryable: true,
    });
    expect(await all(source.read(read, { kind: 'all' }))).toHaveLength(ROWS);
  });

  it('names a condition that the database refuses', async () => {
    const wrong = planOf('COIL', ['COIL_ID'], { where: 'NO_SUCH = 1' });
    await expect(all(source.read({ plan: wrong, scn: null }, { kind: 'all' }))).rejects.toThrow('NO_SUCH');
  });
});

describe('check', () => {
  it('finds no error, whatever the zone of the process', async () => {
    const issues = await source.check();
    expect(issues.filter(({ level }) => level === 'error')).toEqual([]);
    expect(issues.map(({ code }) => code)).toContain('SOURCE_CHARACTER_SET');
  });
});
