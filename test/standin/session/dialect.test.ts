import oracledb from 'oracledb';
import { startTestStandin, type LegacyStandin } from '../../support/standin';

const DDL = [
  `CREATE TABLE scalars (
    id NUMBER(9) NOT NULL, c_char CHAR(8), c_varchar VARCHAR2(4000), c_nchar NCHAR(4), c_nvarchar NVARCHAR2(40),
    c_number NUMBER, c_integer NUMBER(38), c_decimal NUMBER(12,2), c_float FLOAT, c_bfloat BINARY_FLOAT,
    c_bdouble BINARY_DOUBLE, c_date DATE, c_stamp TIMESTAMP(6), c_stamp9 TIMESTAMP(9), c_zoned TIMESTAMP(9) WITH TIME ZONE,
    c_local TIMESTAMP(6) WITH LOCAL TIME ZONE, c_raw RAW(16), c_clob CLOB, c_nclob NCLOB, c_blob BLOB, c_long LONG,
    CONSTRAINT scalars_pk PRIMARY KEY (id))`,
  'CREATE TABLE many (id NUMBER(9) NOT NULL, name VARCHAR2(100))',
  'CREATE TABLE other (id NUMBER(9) NOT NULL)',
];

let standin: LegacyStandin;
let connection: oracledb.Connection;
beforeAll(async () => {
  standin = await startTestStandin({ ddl: DDL });
  connection = await oracledb.getConnection(standin.settings);
  await useDefaults();
});
afterAll(async () => {
  await connection.close();
  await standin.stop();
});
afterEach(useDefaults);

/** The settings of a fresh session, wherever the client is. */
async function useDefaults(): Promise<void> {
  await connection.rollback();
  await connection.execute(
    `ALTER SESSION SET NLS_DATE_FORMAT = 'DD-MON-RR' NLS_TIMESTAMP_FORMAT = 'DD-MON-RR HH.MI.SSXFF AM' TIME_ZONE = '+00:00'`,
  );
}

const inPlace: oracledb.ExecuteOptions = {
  fetchTypeHandler: ({ dbType }) => {
    if (dbType === oracledb.DB_TYPE_BLOB) return { type: oracledb.BUFFER };
    const texts: unknown[] = [oracledb.DB_TYPE_NUMBER, oracledb.DB_TYPE_CLOB, oracledb.DB_TYPE_NCLOB];
    return texts.includes(dbType) ? { type: oracledb.STRING } : undefined;
  },
};

async function valueOf(sql: string, binds: oracledb.BindParameters = []): Promise<unknown> {
  const { rows } = await connection.execute<unknown[]>(sql, binds, inPlace);
  return rows![0]![0];
}

/** Inserts one row with these columns and gives them back. */
async function throughTable(columns: Record<string, unknown>): Promise<unknown[]> {
  const names = Object.keys(columns);
  const sql = `INSERT INTO scalars (id, ${names.join(', ')}) VALUES (1, ${names.map((name) => `:${name}`).join(', ')})`;
  await connection.execute(sql, columns as oracledb.BindParameters);
  const { rows } = await connection.execute<unknown[]>(`SELECT ${names.join(', ')} FROM scalars`, [], inPlace);
  await connection.rollback();
  return rows![0]!;
}

describe('values, bound and fetched through the real driver', () => {
  const date = new Date(2024, 1, 29, 13, 45, 59);
  const stamp = new Date(2024, 1, 29, 13, 45, 59, 123);
  const long = 'ä'.repeat(252) + 'x'.repeat(3000);
  const cases: readonly (readonly [string, unknown, unknown])[] = [
    ['c_char', 'ab', 'ab      '],
    ['c_varchar', long, long],
    ['c_varchar', 'x'.repeat(252), 'x'.repeat(252)],
    ['c_varchar', 'x'.repeat(253), 'x'.repeat(253)],
    ['c_varchar', '', null],
    ['c_nchar', { type: oracledb.DB_TYPE_NVARCHAR, val: '漢字' }, '漢字  '],
    ['c_nvarchar', { type: oracledb.DB_TYPE_NVARCHAR, val: '漢字 😀' }, '漢字 😀'],
    ['c_float', 0.25, '.25'],
    ['c_bfloat', { type: oracledb.DB_TYPE_BINARY_FLOAT, val: 1.5 }, 1.5],
    ['c_bdouble', { type: oracledb.DB_TYPE_BINARY_DOUBLE, val: 0.1 }, 0.1],
    ['c_bdouble', 0.1, 0.1],
    ['c_date', { type: oracledb.DB_TYPE_DATE, val: date }, date],
    ['c_stamp', stamp, stamp],
    ['c_stamp9', { type: oracledb.DB_TYPE_TIMESTAMP, val: stamp }, stamp],
    ['c_zoned', { type: oracledb.DB_TYPE_TIMESTAMP_TZ, val: stamp }, stamp],
    ['c_local', { type: oracledb.DB_TYPE_TIMESTAMP_LTZ, val: stamp }, stamp],
    ['c_raw', Buffer.from('00ff10', 'hex'), Buffer.from('00ff10', 'hex')],
    ['c_raw', '00FF1', Buffer.from('000ff1', 'hex')],
    ['c_clob', 'c'.repeat(40_000), 'c'.repeat(40_000)],
    ['c_nclob', 'ñ漢', 'ñ漢'],
    ['c_blob', Buffer.alloc(70_000, 7), Buffer.alloc(70_000, 7)],
    ['c_long', 'l'.repeat(40_000), 'l'.repeat(40_000)],
    ['c_long', null, null],
  ];

  it.each(cases)('%s keeps its value (case %#)', async (column, given, expected) => {
    expect(await throughTable({ [column]: given })).toEqual([expected]);
  });

  it.each([
    ['0', '0'],
    ['-0.5', '-.5'],
    ['12345678901234567890123456789012345678', '12345678901234567890123456789012345678'],
    ['-99999999999999999999999999999999999999', '-99999999999999999999999999999999999999'],
    ['0.12345678901234567890123456789012345678', '.12345678901234567890123456789012345678'],
    ['1234567890.0987654321', '1234567890.0987654321'],
  ])('NUMBER %s is exact both ways', async (text, shown) => {
    expect(await throughTable({ c_number: text })).toEqual([shown]);
    expect(await valueOf('SELECT TO_NUMBER(:t) FROM dual', [text])).toBe(shown);
    expect(await valueOf(`SELECT ${text} FROM dual`)).toBe(shown);
  });

  it.each([0.1, -0.1, 1e-130, 9.9e125, 123456789012345, -1 / 3])(
    'a JavaScript number %d keeps its value',
    async (n) => {
      expect(Number((await throughTable({ c_number: n }))[0])).toBe(n);
    },
  );

  it('a NUMBER becomes a BINARY_DOUBLE wherever one is wanted', async () => {
    await connection.execute(`INSERT INTO scalars (id, c_bdouble, c_bfloat) VALUES (1, 0.1, '2.5')`);
    await connection.execute('UPDATE scalars SET c_bdouble = id + 0.25, c_bfloat = c_bdouble WHERE c_bdouble > 0.05');
    const { rows } = await connection.execute(
      'SELECT c_bdouble, c_bfloat, NVL(c_bdouble, 0) FROM scalars WHERE id < 1.5d AND c_bdouble BETWEEN 1 AND 2',
    );
    expect(rows).toEqual([[1.25, Math.fround(0.1), 1.25]]);
  });

  it('a timestamp that is an expression keeps its fraction', async () => {
    const bound = { type: oracledb.DB_TYPE_TIMESTAMP, val: stamp };
    expect(await valueOf('SELECT :t FROM dual', [bound])).toEqual(stamp);
    expect(await valueOf(`SELECT COALESCE(NULL, TIMESTAMP '2024-02-29 13:45:59.123') FROM dual`)).toEqual(stamp);
    expect(await valueOf('SELECT MAX(c_stamp) FROM scalars')).toBeNull();
  });
});

describe('session settings', () => {
  const shown = (name: string): Promise<unknown> =>
    valueOf('SELECT value FROM nls_session_parameters WHERE parameter = :name', [name]);

  it('are shown as they were set, also behind a rollback and another setting', async () => {
    expect(await shown('NLS_DATE_FORMAT')).toBe('DD-MON-RR');
    await connection.execute(`INSERT INTO other VALUES (1)`);
    await connection.execute(`ALTER SESSION SET NLS_DATE_FORMAT = 'YYYY-MM-DD'`);
    await connection.rollback();
    await connection.execute(`ALTER SESSION SET NLS_TIMESTAMP_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF6'`);
    expect(await shown('NLS_DATE_FORMAT')).toBe('YYYY-MM-DD');
    expect(await shown('NLS_TIMESTAMP_FORMAT')).toBe('YYYY-MM-DD HH24:MI:SS.FF6');
    expect(await valueOf(`SELECT value FROM nls_database_parameters WHERE parameter = 'NLS_DATE_FORMAT'`)).toBe(
      'DD-MON-RR',
    );
    expect(await valueOf(`SELECT TO_CHAR(DATE '2024-02-29') FROM dual`)).toBe('2024-02-29');
  });

  it('have defaults that dates and timestamps are written in', async () => {
    expect(await valueOf(`SELECT TO_CHAR(DATE '2024-02-29') FROM dual`)).toBe('29-FEB-24');
    expect(await valueOf(`SELECT TO_CHAR(TIMESTAMP '2024-02-29 13:45:59.5') FROM dual`)).toBe(
      '29-FEB-24 01.45.59.500000 PM',
    );
    expect(await valueOf(`SELECT TO_CHAR(TIMESTAMP '2024-02-29 13:45:59.5 +02:00') FROM dual`)).toMatch(
      /^29-FEB-24 01\.45\.59\.500000.* PM \+02:00$/,
    );
  });

  it.each([
    [`NLS_NUMERIC_CHARACTERS = ',.'`, 'NLS_NUMERIC_CHARACTERS = ,.'],
    [`NLS_SORT = GERMAN`, 'NLS_SORT = GERMAN'],
    [`TIME_ZONE = 'Europe/Berlin'`, 'the time zone Europe/Berlin'],
    [`EVENTS '10046 trace name context forever'`, 'ALTER SESSION SET EVENTS'],
    [`PLSQL_WARNINGS = 'ENABLE:ALL'`, 'ALTER SESSION SET PLSQL_WARNINGS'],
  ])('refuse %s by name', async (setting, construct) => {
    await expect(connection.execute(`ALTER SESSION SET ${setting}`)).rejects.toThrow(
      `ORA-03001: unimplemented feature: the stand-in does not understand ${construct}`,
    );
  });

  it('have a format in which texts are bound as dates, and refuse one that would be read wrongly', async () => {
    await expect(connection.execute('INSERT INTO scalars (id, c_date) VALUES (1, :d)', ['01-FEB-24'])).rejects.toThrow(
      'ORA-03001: unimplemented feature: the stand-in does not understand text bound as a date in the format DD-MON-RR',
    );
    await connection.execute(`ALTER SESSION SET NLS_DATE_FORMAT = 'SYYYY-MM-DD HH24:MI:SS'`);
    const shown = 'SELECT TO_CHAR(c_date) FROM scalars WHERE c_date = :d';
    for (const text of [' 2024-02-01 03:04:05', '-0044-03-15 00:00:00']) {
      await connection.execute('DELETE FROM scalars');
      await connection.execute('INSERT INTO scalars (id, c_date) VALUES (1, :d)', [text]);
      expect(await valueOf(shown, [text])).toBe(text);
    }
    await expect(connection.execute(shown, ['01/02/2024'])).rejects.toMatchObject({ errorNum: 1861 });
  });

  it('keep LOCAL TIME ZONE values out of sessions in which they would be shifted', async () => {
    await connection.execute(`ALTER SESSION SET TIME_ZONE = '+02:00'`);
    const refusal = /ORA-03001.*LOCAL TIME ZONE in a session whose TIME_ZONE is \+02:00/;
    await expect(throughTable({ c_local: new Date() })).rejects.toThrow(refusal);
    await expect(connection.execute('SELECT TO_CHAR(c_local) FROM scalars')).rejects.toThrow(refusal);
  });

  it('say what day it is where the client is', async () => {
    const day = `SELECT ROUND((CURRENT_DATE - SYSDATE) * 24) FROM dual`;
    await connection.execute(`ALTER SESSION SET TIME_ZONE = '-7:00'`);
    expect(await valueOf(day)).toBe('-7');
    expect(await valueOf('SELECT SESSIONTIMEZONE FROM dual')).toBe('-07:00');
  });
});

describe('what could be taken for something else', () => {
  const scn = async (): Promise<string> =>
    (await valueOf('SELECT TO_CHAR(DBMS_FLASHBACK.GET_SYSTEM_CHANGE_NUMBER) FROM dual')) as string;

  it('two SCNs in one statement are refused, the same one twice is not', async () => {
    const [one, two] = [await scn(), await scn()];
    const sql = 'SELECT COUNT(*) FROM many AS OF SCN :a, other AS OF SCN :b';
    expect(await valueOf(sql, [one, one])).toBe('0');
    await expect(connection.execute(sql, [one, two])).rejects.toThrow(/ORA-03001.*mixed SCNs/);
    expect(await valueOf(`SELECT COUNT(*) FROM many AS OF SCN ${two}, other AS OF SCN :b`, [two])).toBe('0');
    await expect(connection.execute(`SELECT 1 FROM many AS OF SCN ${one}, other AS OF SCN ${two}`)).rejects.toThrow(
      /ORA-03001.*mixed SCNs/,
    );
  });

  it('a conversion in a branch that is never taken does not fail', async () => {
    const sql = `SELECT CASE WHEN id > 0 THEN 1 ELSE TO_NUMBER('x') END, CASE WHEN id > 0 THEN DATE '2024-01-01'
      ELSE TO_DATE('x', 'YYYY') END FROM (SELECT 1 id FROM dual)`;
    expect(await valueOf(sql)).toBe('1');
    await connection.execute('INSERT INTO other VALUES (5)');
    expect(await valueOf(`SELECT CASE id WHEN 5 THEN 'five' ELSE TO_CHAR(TO_NUMBER('x')) END FROM other`)).toBe('five');
  });

  it('errors point at the place in the statement', async () => {
    await expect(connection.execute('SELECT id FROM many WHERE nme = 1')).rejects.toMatchObject({
      errorNum: 904,
      offset: 26,
    });
    await expect(connection.execute('SELECT id FROM nowhere')).rejects.toMatchObject({ errorNum: 942, offset: 15 });
    await expect(connection.execute('SELECT id FROM many CONNECT BY id = 1')).rejects.toMatchObject({
      errorNum: 3001,
      offset: 20,
    });
  });

  it('the statement cache notices a table that was altered', async () => {
    const sql = 'SELECT * FROM other';
    for (const columns of [1, 2, 3]) {
      if (columns > 1) await standin.run(`ALTER TABLE other ADD (c${columns} VARCHAR2(${columns}))`);
      const { metaData } = await connection.execute(sql);
      expect(metaData).toHaveLength(columns);
    }
  });

  it('DDL on a table that another session has read half of is ORA-00054, and goes through once it is read', async () => {
    const rows = Array.from({ length: 5000 }, (_, i) => [i, 'x'.repeat(80)]);
    await connection.executeMany('INSERT INTO many VALUES (:1, :2)', rows, { autoCommit: true });
    const options = { resultSet: true, fetchArraySize: 10, prefetchRows: 10 } as const;
    const { resultSet } = await connection.execute('SELECT * FROM many', [], options);
    await resultSet!.getRows(10);
    await expect(standin.run('ALTER TABLE many ADD (late DATE)')).rejects.toMatchObject({ errorNum: 54 });
    expect(await resultSet!.getRows(10_000)).toHaveLength(4990);
    await resultSet!.close();
    await standin.run('ALTER TABLE many ADD (late DATE)');
  });
});

describe('11.2', () => {
  it('refuses what 11.2 did not know, and answers in its own words', async () => {
    const old = await startTestStandin({ ddl: DDL, release: '11.2-thin' });
    const session = await oracledb.getConnection(old.settings);
    await expect(session.execute('SELECT id FROM many FETCH FIRST 1 ROWS ONLY')).rejects.toMatchObject({
      errorNum: 933,
    });
    await expect(session.execute('SELECT identity_column FROM user_tab_columns')).rejects.toMatchObject({
      errorNum: 904,
    });
    const { rows } = await session.execute<[string]>('SELECT banner FROM v$version');
    expect(rows![0]![0]).toContain('11.2.0.4.0');
    await session.close();
    await old.stop();
  });
});
