import { seedTable } from '../../../src/standin/catalog/seed-table';
import { testOracle, type TestOracle } from '../../support/oracle-dialect';

let oracle: TestOracle;

afterEach(() => oracle.close());

const COLUMNS =
  'id NUMBER(9) PRIMARY KEY, name VARCHAR2(40), code CHAR(4), d DATE, ts TIMESTAMP(3), z TIMESTAMP WITH TIME ZONE, blob_ RAW(16)';
const EMPTY = [null, null, null, null, null] as const;

test('seeded rows are stored as Oracle would have stored them', async () => {
  oracle = await testOracle({ ddl: [`CREATE TABLE t (${COLUMNS})`] });
  const rows = [
    [
      1,
      'tab\tand\\back\nline',
      'AB',
      '0001-01-01 00:00:00',
      '2020-01-02 03:04:05.678',
      '2020-01-02 03:04:05.5 +02:00',
      Buffer.from([0, 255]),
    ],
    [2, '', null, '-0044-03-15 00:00:00', null, '2020-01-02 03:04:05', ''],
  ];
  expect(await seedTable(oracle.client, { owner: 'ABIS', table: 'T', rows })).toBe(2);
  expect(
    await oracle.run(
      `select name, code, to_char(d, 'SYYYY-MM-DD'), to_char(ts, 'YYYY-MM-DD HH24:MI:SS.FF9'), to_char(z, 'YYYY-MM-DD HH24:MI:SS.FF9 TZH:TZM'), rawtohex(blob_) from t order by id`,
    ),
  ).toEqual([
    [
      'tab\tand\\back\nline',
      'AB  ',
      ' 0001-01-01',
      '2020-01-02 03:04:05.678000000',
      '2020-01-02 03:04:05.500000000 +02:00',
      '00FF',
    ],
    [null, null, '-0044-03-15', null, '2020-01-02 03:04:05.000000000 +00:00', null],
  ]);
  expect(await oracle.run('select num_rows from user_tables')).toEqual([['2']]);
});

test.each([
  ['US7ASCII', [0x41, 0x00, 0xe9, 0x80, 0xff]],
  ['WE8ISO8859P1', [0x41, 0x00, 0xe9, 0x80, 0xff]],
  ['WE8MSWIN1252', [0x41, 0x00, 0xe9, 0x80, 0x81]],
  ['AL32UTF8', [0x41, 0x00, 0xc3, 0xa9, 0xff, 0xc3, 0xe2, 0x82, 0xac]],
])('legacy bytes in %s come back byte by byte', async (characterSet, bytes) => {
  oracle = await testOracle({ characterSet, ddl: [`CREATE TABLE t (${COLUMNS})`] });
  await seedTable(oracle.client, { owner: 'ABIS', table: 'T', rows: [[1, Buffer.from(bytes), ...EMPTY]] });
  const [row] = await oracle.run('select rawtohex(utl_raw.cast_to_raw(name)), lengthb(name) from t');
  expect(row).toEqual([Buffer.from(bytes).toString('hex').toUpperCase(), String(bytes.length)]);
});

test('seeding stops with the error of the rows or of the database and leaves the table usable', async () => {
  oracle = await testOracle({ ddl: [`CREATE TABLE t (${COLUMNS})`] });
  const duplicate = [
    [1, 'a', ...EMPTY],
    [1, 'b', ...EMPTY],
  ];
  await expect(seedTable(oracle.client, { owner: 'ABIS', table: 'T', rows: duplicate })).rejects.toMatchObject({
    code: '23505',
  });
  await expect(seedTable(oracle.client, { owner: 'ABIS', table: 'T', rows: [[1]] })).rejects.toThrow('ORA-00947');
  await expect(seedTable(oracle.client, { owner: 'ABIS', table: 'NOPE', rows: [] })).rejects.toThrow('ORA-00942');
  await oracle.run(`insert into t (id, code) values (1, 'x')`);
  expect(await oracle.run('select code from t')).toEqual([['x   ']]);
});

test('a table of many rows is seeded in one go and has extents without gaps', async () => {
  oracle = await testOracle({ ddl: ['CREATE TABLE t (id NUMBER(9), name VARCHAR2(200))'] });
  const rows = Array.from({ length: 20_000 }, (_, id) => [id, 'x'.repeat(150)]);
  await seedTable(oracle.client, { owner: 'ABIS', table: 'T', rows });
  const extents = await oracle.run(
    `select extent_id, block_id, blocks from dba_extents where owner = 'ABIS' and segment_name = 'T' order by extent_id`,
    { user: 'READER' },
  );
  expect(extents.length).toBeGreaterThan(2);
  expect(extents.map(([, block]) => Number(block))).toEqual(extents.map((_, index) => index * 128));
});
