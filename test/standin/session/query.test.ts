import oracledb from 'oracledb';
import { aStandin, type TestStandin } from '../support/standin';

const COLUMNS = {
  C_CHAR: { type: 'CHAR', length: 8, charUsed: 'C' },
  C_VARCHAR: { type: 'VARCHAR2', length: 40, charUsed: 'C' },
  C_NVARCHAR: { type: 'NVARCHAR2', length: 40 },
  C_NUMBER: { type: 'NUMBER', precision: 38, scale: 0 },
  C_DECIMAL: { type: 'NUMBER', precision: 12, scale: 2 },
  C_DATE: { type: 'DATE' },
  C_STAMP: { type: 'TIMESTAMP', scale: 6 },
  C_STAMP9: { type: 'TIMESTAMP', scale: 9 },
  C_ZONED: { type: 'TIMESTAMP WITH TIME ZONE', scale: 6 },
  C_LOCAL: { type: 'TIMESTAMP WITH LOCAL TIME ZONE', scale: 6 },
  C_DS: { type: 'INTERVAL DAY TO SECOND', scale: 6 },
  C_YM: { type: 'INTERVAL YEAR TO MONTH' },
  C_RAW: { type: 'RAW', length: 16 },
  C_FLOAT: { type: 'BINARY_FLOAT' },
  C_DOUBLE: { type: 'BINARY_DOUBLE' },
  C_CLOB: { type: 'CLOB' },
  C_NCLOB: { type: 'NCLOB' },
  C_BLOB: { type: 'BLOB' },
  C_LONG: { type: 'LONG' },
  C_LONGRAW: { type: 'LONG RAW' },
} as const;

const SET_UP = `
  create table scalars (
    id numeric, c_char text, c_varchar text, c_nvarchar text, c_number numeric, c_decimal numeric, c_date timestamp(0),
    c_stamp timestamp(6), c_stamp9 text, c_zoned text, c_local text, c_ds text, c_ym text, c_raw bytea,
    c_float float4, c_double float8);
  insert into scalars values (1, 'ab      ', 'Zoë €', 'naïve 漢字 😀', 12345678901234567890123456789012345678, -1234567890.12,
    '2024-02-29 13:45:59', '2024-02-29 13:45:59.123456', '2024-02-29 13:45:59.123456789',
    '2024-02-29 13:45:59.500000000 +02:00', '2024-02-29 13:45:59.250000000', '+05 04:03:02.000000001', '-02-06',
    '\\x00ff10', 1.5, -2.25);
  insert into scalars (id) values (2);
  create table lobs (id numeric, c_clob text, c_nclob text, c_blob bytea);
  insert into lobs values (1, repeat('x', 50000) || 'é€😀', 'ñ漢', decode(repeat('00ff', 40000), 'hex')),
    (2, null, null, null), (3, 'short', 's', '\\x01');
  create table longs (id numeric, c_long text, c_longraw bytea);
  insert into longs select i, case when i <> 2 then repeat('l', i * 1000) end, case when i <> 2 then '\\xabcd'::bytea end
    from generate_series(1, 60) i;
  create table many (id numeric primary key, name text, at timestamp(0));
  insert into many select i, 'name ' || i, '2020-01-01'::timestamp + i * interval '1 hour' from generate_series(1, 1234) i;
`;

let standin: TestStandin;
let connection: oracledb.Connection;
beforeAll(async () => {
  standin = await aStandin({ columns: COLUMNS, setUp: SET_UP });
  connection = await standin.connect();
});
afterAll(async () => {
  await connection.close();
  await standin.stop();
});

const asText = (...names: string[]): oracledb.ExecuteOptions => ({
  fetchTypeHandler: ({ name }) => (names.includes(name.toUpperCase()) ? { type: oracledb.STRING } : undefined),
});

describe('scalars', () => {
  it('arrive as Oracle would send them', async () => {
    const { rows, metaData } = await connection.execute<unknown[]>(
      'select * from scalars where id = 1',
      [],
      asText('C_NUMBER'),
    );
    const row = Object.fromEntries(metaData!.map(({ name }, i) => [name.toUpperCase(), rows![0]![i]]));
    expect(row).toMatchObject({
      ID: 1,
      C_CHAR: 'ab      ',
      C_VARCHAR: 'Zoë €',
      C_NVARCHAR: 'naïve 漢字 😀',
      C_NUMBER: '12345678901234567890123456789012345678',
      C_DECIMAL: -1234567890.12,
      C_DATE: new Date(2024, 1, 29, 13, 45, 59),
      C_STAMP: new Date(2024, 1, 29, 13, 45, 59, 123),
      C_STAMP9: new Date(2024, 1, 29, 13, 45, 59, 123),
      C_ZONED: new Date('2024-02-29T13:45:59.500Z'),
      C_LOCAL: new Date('2024-02-29T13:45:59.250Z'),
      C_RAW: Buffer.from('00ff10', 'hex'),
      C_FLOAT: 1.5,
      C_DOUBLE: -2.25,
    });
    expect(row['C_DS']).toMatchObject({ days: 5, hours: 4, minutes: 3, seconds: 2, fseconds: 1 });
    expect(row['C_YM']).toMatchObject({ years: -2, months: -6 });
  });

  it('are announced with their Oracle types', async () => {
    const { metaData } = await connection.execute('select * from scalars where id = 0');
    const described = Object.fromEntries(metaData!.map((column) => [column.name.toUpperCase(), column]));
    expect(described['C_DECIMAL']).toMatchObject({
      dbType: oracledb.DB_TYPE_NUMBER,
      precision: 12,
      scale: 2,
      nullable: true,
    });
    expect(described['ID']).toMatchObject({ precision: 0, scale: -127 });
    expect(described['C_VARCHAR']).toMatchObject({ dbType: oracledb.DB_TYPE_VARCHAR, byteSize: 40 });
    expect(described['C_NVARCHAR']).toMatchObject({ dbType: oracledb.DB_TYPE_NVARCHAR });
    expect(described['C_STAMP9']).toMatchObject({ dbType: oracledb.DB_TYPE_TIMESTAMP, precision: 9 });
    expect(described['C_RAW']).toMatchObject({ dbType: oracledb.DB_TYPE_RAW, byteSize: 16 });
  });

  it('are null where they are null', async () => {
    const { rows } = await connection.execute<unknown[]>('select * from scalars where id = 2');
    expect(rows).toEqual([[2, ...new Array<null>(15).fill(null)]]);
  });

  it.each(['1E-130', '9.9E125', '-9.9E125', '-1E-130', '0', '-0.5', '99999999999999999999999999999999999999'])(
    'keeps the NUMBER %s both ways',
    async (text) => {
      const sql = 'select cast(:n as numeric) as n, cast(cast(:n as numeric) as text) from dual';
      const { rows } = await connection.execute<[string, string]>(sql, { n: text }, asText('N'));
      expect(Number(rows![0]![0])).toBe(Number(text));
      const plain = await connection.execute<[string]>(
        'select cast(:t as numeric) as n from dual',
        [rows![0]![1]],
        asText('N'),
      );
      expect(plain.rows![0]![0]).toBe(rows![0]![0]);
    },
  );
});

describe('LOBs', () => {
  const clob = 'x'.repeat(50_000) + 'é€😀';

  it('are sent in place when the client asks for text and buffers', async () => {
    const options: oracledb.ExecuteOptions = {
      fetchTypeHandler: ({ dbType }) => ({
        type: dbType === oracledb.DB_TYPE_BLOB ? oracledb.BUFFER : oracledb.STRING,
      }),
    };
    for (let again = 0; again < 3; again++) {
      const { rows } = await connection.execute<unknown[]>('select * from lobs order by id', [], options);
      expect(rows![0]).toEqual(['1', clob, 'ñ漢', Buffer.from('00ff'.repeat(40_000), 'hex')]);
      expect(rows![1]).toEqual(['2', null, null, null]);
      expect(rows![2]).toEqual(['3', 'short', 's', Buffer.from([1])]);
    }
  });

  it('are read piece by piece through locators', async () => {
    const { rows } = await connection.execute<[oracledb.Lob, oracledb.Lob]>(
      'select c_clob, c_blob from lobs where id = 1',
    );
    const [text, bytes] = rows![0]!;
    expect(text.length).toBe(clob.length);
    expect(await text.getData()).toBe(clob);
    expect(await text.getData(50_001, 2)).toBe('é€');
    expect(await bytes.getData()).toEqual(Buffer.from('00ff'.repeat(40_000), 'hex'));
  });

  it('can be made by the client and bound', async () => {
    const lob = await connection.createLob(oracledb.CLOB);
    lob.end('made by the client');
    await new Promise((resolve) => lob.on('finish', resolve));
    const { rows } = await connection.execute('select cast(:lob as text) from dual', [lob]);
    expect(rows).toEqual([['made by the client']]);
    lob.destroy();
  });

  it.each([0, 2])('LONG and LONG RAW come without asking, with prefetch %i', async (prefetchRows) => {
    const sql = `select /* ${prefetchRows} */ id, c_long, c_longraw from longs order by id`;
    const { rows } = await connection.execute<[number, string, Buffer]>(sql, [], { prefetchRows, fetchArraySize: 7 });
    expect(rows).toHaveLength(60);
    expect(rows![1]).toEqual([2, null, null]);
    expect(rows![59]![1]).toBe('l'.repeat(60_000));
    expect(rows![59]![2]).toEqual(Buffer.from('abcd', 'hex'));
  });
});

describe('fetching', () => {
  it.each([0, 1, 2, 100, 1233, 1234, 1235, 5000])('gives each row once with prefetch %i', async (prefetchRows) => {
    for (const fetchArraySize of [1, 17, 100, 1234, 10_000]) {
      const options = { prefetchRows, fetchArraySize };
      const { rows } = await connection.execute<[number]>('select id, name, at from many order by id', [], options);
      expect(rows!.map(([id]) => id)).toEqual(Array.from({ length: 1234 }, (_, i) => i + 1));
    }
  });

  it('answers the same statement again and again from the cache, with other binds', async () => {
    for (let id = 1; id < 30; id++) {
      const { rows } = await connection.execute('select name from many where id = :id', [id]);
      expect(rows).toEqual([[`name ${id}`]]);
    }
    const { rows } = await connection.execute('select name from many where id = :id', ['17']);
    expect(rows).toEqual([['name 17']]);
  });

  it('keeps several result sets open, and a result set left behind does no harm', async () => {
    const options = { resultSet: true, fetchArraySize: 10, prefetchRows: 10 } as const;
    const a = await connection.execute<[number]>('select id from many order by id', [], options);
    const b = await connection.execute<[number]>('select -id from many order by id', [], options);
    const left = await connection.execute<[number]>('select id + 1 from many order by id', [], options);
    const first = [await a.resultSet!.getRows(25), await b.resultSet!.getRows(25)];
    const second = [await a.resultSet!.getRows(2000), await b.resultSet!.getRows(2000)];
    expect([...first[0]!, ...second[0]!]).toHaveLength(1234);
    expect([...first[1]!, ...second[1]!].at(-1)).toEqual([-1234]);
    await left.resultSet!.close();
    await Promise.all([a.resultSet!.close(), b.resultSet!.close()]);
    const { rows } = await connection.execute('select count(*) from many');
    expect(rows).toEqual([[1234]]);
  });

  it('reads a table as it was when the query started', async () => {
    await standin.sql('create table moving as select i as id from generate_series(1, 500) i');
    const options = { resultSet: true, fetchArraySize: 10, prefetchRows: 0 } as const;
    const { resultSet } = await connection.execute<[number]>('select id from moving', [], options);
    await standin.sql('delete from moving');
    expect(await resultSet!.getRows()).toHaveLength(500);
    await resultSet!.close();
  });

  it('binds every kind of value', async () => {
    const sql = `select cast(:n as numeric), cast(:s as text), cast(:d as timestamp), cast(:ts as timestamp),
      cast(:r as bytea), cast(:x as text), length(:long), :after as a, cast(:f as float8) from dual`;
    const date = new Date(2021, 5, 6, 7, 8, 9);
    const stamp = new Date(2021, 5, 6, 7, 8, 9, 120);
    const binds = {
      n: -12.5,
      s: 'text with \0 inside',
      d: { val: date, type: oracledb.DB_TYPE_DATE },
      ts: { val: stamp, type: oracledb.DB_TYPE_TIMESTAMP },
      r: Buffer.from('0001ff', 'hex'),
      x: null,
      long: 'y'.repeat(5000),
      after: 'behind the long one',
      f: { val: 0.1, type: oracledb.DB_TYPE_BINARY_DOUBLE },
    };
    const { rows } = await connection.execute(sql, binds);
    const bytes = Buffer.from('0001ff', 'hex');
    expect(rows).toEqual([[-12.5, binds.s, date, stamp, bytes, null, 5000, binds.after, 0.1]]);
  });

  it('takes a Date bound without a type as local time, like Oracle', async () => {
    const date = new Date(2021, 0, 2, 3, 4, 5);
    const { rows } = await connection.execute('select cast(:d as timestamp) from dual', [date]);
    expect(rows).toEqual([[date]]);
  });

  it('selects and finds rows by ROWID', async () => {
    const { rows } = await connection.execute<[string, number]>(
      'select ctid, id from many order by id fetch first 500 rows only',
    );
    const [rowid, id] = rows![321]!;
    expect(rowid).toMatch(/^[A-Za-z0-9+/]{18}$/);
    const found = await connection.execute('select id from many where ctid = :rid', [rowid]);
    expect(found.rows).toEqual([[id]]);
    await expect(connection.execute('select id from many where ctid = :rid', ['nonsense'])).rejects.toMatchObject({
      errorNum: 1410,
    });
  });

  it('says where a statement is wrong, and goes on', async () => {
    await expect(connection.execute('select 1 from nowhere')).rejects.toMatchObject({ errorNum: 942, offset: 14 });
    await expect(connection.execute('select 1/(id-800) from many order by id')).rejects.toMatchObject({
      errorNum: 1476,
    });
    await expect(connection.execute('frobnicate')).rejects.toMatchObject({ errorNum: 3001 });
    await expect(connection.execute('begin null; end;')).rejects.toMatchObject({ errorNum: 3001 });
    expect((await connection.execute('select 1 from dual')).rows).toEqual([[1]]);
  });

  it('describes a statement without running it', async () => {
    const info = await connection.getStatementInfo('select id, name from many where id = :id');
    expect(info.metaData!.map(({ name }) => name)).toEqual(['id', 'name']);
  });
});
