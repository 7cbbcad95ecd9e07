import { testOracle, type TestOracle } from '../../support/oracle-dialect';

let oracle: TestOracle;

beforeAll(async () => {
  oracle = await testOracle({
    ddl: [
      'CREATE TABLE t (id NUMBER(9) PRIMARY KEY, name VARCHAR2(30), code CHAR(4), d DATE, ts TIMESTAMP(6), ts9 TIMESTAMP(9), z TIMESTAMP WITH TIME ZONE, n NUMBER)',
    ],
  });
  await oracle.run(`insert into t (id, name, code, d) values (1, 'a', 'AB', date '0001-01-01')`);
  await oracle.run(
    `insert into t (id, name, code, d) values (2, '', 'CD  ', to_date('9999-12-31 23:59:59', 'YYYY-MM-DD HH24:MI:SS'))`,
  );
  await oracle.run(`insert into t (id, name, code, d) values (3, 'c', null, to_date('-0044-03-15', 'SYYYY-MM-DD'))`);
});
afterAll(() => oracle.close());

async function value(expression: string): Promise<string | null | undefined> {
  const rows = await oracle.run(`select ${expression} from dual`);
  return rows[0]?.[0];
}

const VALUES: readonly (readonly [string, string | null])[] = [
  [`nvl('', 'empty')`, 'empty'],
  [`length('')`, null],
  [`'a' || null || 'b'`, 'ab'],
  [`null || null`, null],
  [`1 || 'x'`, '1x'],
  [`substr('hello', 0, 2)`, 'he'],
  [`substr('hello', 2)`, 'ello'],
  [`substr('hello', -3, 2)`, 'll'],
  [`substr('hello', -9)`, null],
  [`substr('hello', 2, 0)`, null],
  [`substr('hello', 9)`, null],
  [`instr('a-b-c', '-')`, '2'],
  [`instr('a-b-c', '-', 1, 2)`, '4'],
  [`instr('a-b-c', '-', -1)`, '4'],
  [`instr('abc', 'x')`, '0'],
  [`decode(null, null, 'same', 'other')`, 'same'],
  [`decode(2, 1, 'one', 2, 'two', 'many')`, 'two'],
  [`decode(3, 1, 'one', 2, 'two')`, null],
  [`nvl2(null, 'y', 'n')`, 'n'],
  [`greatest(1, null)`, null],
  [`least(3, 2, 5)`, '2'],
  [`coalesce(null, null, 'z')`, 'z'],
  [`nullif('a', 'a')`, null],
  [`trim('  x  ')`, 'x'],
  [`ltrim('xxy', 'x')`, 'y'],
  [`trim(both '*' from '*a*')`, 'a'],
  [`replace('aXb', 'X')`, 'ab'],
  [`rpad('a', 3, '-') || lpad('b', 3)`, 'a--  b'],
  [`translate('abc', 'ab', 'xy')`, 'xyc'],
  ['trunc(12.567, 1)', '12.5'],
  ['trunc(-1.5)', '-1'],
  ['round(2.5)', '3'],
  ['mod(5, 0)', '5'],
  ['mod(-5, 3)', '-2'],
  ['1 / 4', '0.25'],
  ['to_char(0.5)', '.5'],
  ['to_char(-0.25)', '-.25'],
  ['to_char(100)', '100'],
  [`to_char(1.50, 'TM9')`, '1.5'],
  [`to_char(12.5, 'FM990.00')`, '12.50'],
  [`to_number('.5') + 1e2`, '100.5'],
  [`case when 'a' = 'a  ' then 'padded' else 'exact' end`, 'padded'],
  [
    `to_char(trunc(to_date('2020-05-17 13:14:15', 'YYYY-MM-DD HH24:MI:SS')), 'YYYY-MM-DD HH24:MI:SS')`,
    '2020-05-17 00:00:00',
  ],
  [`to_char(trunc(date '2020-05-17', 'MM'), 'YYYY-MM-DD')`, '2020-05-01'],
  [`to_char(date '2020-05-17', 'DD-MON-YYYY')`, '17-MAY-2020'],
  [`to_char(add_months(date '2020-01-31', 1), 'YYYY-MM-DD')`, '2020-02-29'],
  [`to_char(add_months(date '2020-02-29', 1), 'YYYY-MM-DD')`, '2020-03-31'],
  [`to_char(date '2020-01-01' + 1.5, 'YYYY-MM-DD HH24:MI')`, '2020-01-02 12:00'],
  [`date '2020-01-03' - date '2020-01-01'`, '2'],
  [`to_char(to_date('05/03/49', 'DD/MM/RR'), 'YYYY')`, '2049'],
  [`to_char(to_date('05/03/50', 'DD/MM/RR'), 'YYYY')`, '1950'],
  [`extract(year from date '2020-05-17')`, '2020'],
  [`to_char(timestamp '2020-01-02 03:04:05.123', 'SYYYY-MM-DD HH24:MI:SS.FF9')`, ' 2020-01-02 03:04:05.123000000'],
  [
    `to_char(to_timestamp('2020-01-02 03:04:05.123456789', 'YYYY-MM-DD HH24:MI:SS.FF9'), 'SYYYY-MM-DD HH24:MI:SS.FF9')`,
    ' 2020-01-02 03:04:05.123456789',
  ],
  [
    `to_char(timestamp '2020-01-02 03:04:05.5 +02:00', 'SYYYY-MM-DD HH24:MI:SS.FF9 TZH:TZM')`,
    ' 2020-01-02 03:04:05.500000000 +02:00',
  ],
  [`to_char(timestamp '2020-01-02 03:04:05.5 +02:00', 'YYYY-MM-DD HH24:MI TZH')`, '2020-01-02 03:04 +02'],
  [`rawtohex(hextoraw('00ff'))`, '00FF'],
  [`rawtohex(utl_raw.cast_to_raw('AZ'))`, '415A'],
  [`cast(12.567 as number(5,1))`, '12.6'],
  [`cast('ab' as char(4)) || '|'`, 'ab  |'],
  [`sys_context('USERENV', 'CURRENT_SCHEMA')`, 'ABIS'],
  ['user', 'ABIS'],
  ['dbms_flashback.get_system_change_number', '42'],
  [`(select count(*) from t)`, '3'],
];

test.each(VALUES)('%s is %s', async (expression, expected) => {
  expect(await value(expression)).toBe(expected);
});

const FAILURES: readonly (readonly [string, string])[] = [
  [`to_number('x')`, 'ORA-01722: invalid number'],
  [`to_date('2020-13-01', 'YYYY-MM-DD')`, 'ORA-01843: not a valid month'],
  [`to_date('2021-02-29', 'YYYY-MM-DD')`, 'ORA-01839: date not valid for month specified'],
  [`to_date('nonsense', 'YYYY-MM-DD')`, 'ORA-01861: literal does not match format string'],
  ['1 / 0', 'ORA-01476: divisor is equal to zero'],
];

test.each(FAILURES)('%s fails with %s', async (expression, message) => {
  await expect(value(expression)).rejects.toThrow(message);
});

test('dates of year 0001, 9999 and BC are written with sign and leading blank', async () => {
  const rows = await oracle.run(`select to_char(d, 'SYYYY-MM-DD HH24:MI:SS') from t order by id`);
  expect(rows.flat()).toEqual([' 0001-01-01 00:00:00', ' 9999-12-31 23:59:59', '-0044-03-15 00:00:00']);
});

test("'' is stored as NULL and CHAR is stored padded", async () => {
  expect(await oracle.run('select name, code, length(code) from t where id = 2')).toEqual([[null, 'CD  ', '4']]);
});

test('a CHAR column equals a literal blank padded and a VARCHAR2 bind exactly', async () => {
  expect(await oracle.run(`select id from t where code = 'AB'`)).toEqual([['1']]);
  expect(await oracle.run(`select id from t where code in ('AB', 'CD ')  order by id`)).toEqual([['1'], ['2']]);
  expect(await oracle.run('select id from t where code = :c', { binds: ['AB'] })).toEqual([]);
  expect(await oracle.run('select id from t where code = :c', { binds: ['AB  '] })).toEqual([['1']]);
});

test('ROWNUM cuts before ORDER BY of its own level and after that of an inner one', async () => {
  expect(await oracle.run('select id from t where rownum <= 2 order by id desc')).toEqual([['2'], ['1']]);
  expect(await oracle.run('select id from (select id from t order by id desc) where rownum <= 2')).toEqual([
    ['3'],
    ['2'],
  ]);
  expect(await oracle.run('select count(*) from t where rownum <= 2')).toEqual([['2']]);
  expect(await oracle.run('select id, row_number() over (order by id desc) n from t where rownum <= 1')).toEqual([
    ['1', '1'],
  ]);
  expect(await oracle.run('select id from (select a.id, rownum rn from t a where rownum <= 3) where rn > 2')).toEqual([
    ['3'],
  ]);
});

test('a ROWID range is a TID range scan', async () => {
  const { text } = oracle.translate('select id from t where rowid >= chartorowid(:lo) and rowid < chartorowid(:hi)');
  await oracle.client.query(`PREPARE chunk AS ${text}`);
  const { rows } = await oracle.client.query<{ 'QUERY PLAN': string }>(
    `EXPLAIN (COSTS OFF) EXECUTE chunk('(0,0)', '(1,0)')`,
  );
  expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toMatch(/Tid Range Scan/);
});

test('timestamps of nine digits and with zones keep what was written', async () => {
  await oracle.run(
    `insert into t (id, ts, ts9, z) values (9, timestamp '2020-01-02 03:04:05.123456', timestamp '2020-01-02 03:04:05.123456789', timestamp '2020-01-02 03:04:05.123456789 -05:30')`,
  );
  const rows = await oracle.run(
    `select to_char(ts, 'SYYYY-MM-DD HH24:MI:SS.FF9'), to_char(ts9, 'SYYYY-MM-DD HH24:MI:SS.FF9'), to_char(z, 'SYYYY-MM-DD HH24:MI:SS.FF9 TZH:TZM') from t where id = 9`,
  );
  expect(rows[0]).toEqual([
    ' 2020-01-02 03:04:05.123456000',
    ' 2020-01-02 03:04:05.123456789',
    ' 2020-01-02 03:04:05.123456789 -05:30',
  ]);
  const equal = await oracle.run(`select id from t where z = timestamp '2020-01-02 08:34:05.123456789 +00:00'`);
  expect(equal).toEqual([['9']]);
  await oracle.run('delete from t where id = 9');
});

test('WITH, UNION ALL, EXISTS and scalar subqueries read together', async () => {
  const rows = await oracle.run(
    `with x as (select id, name from t where id < 3) select id, (select max(id) from t) m from x where exists (select 1 from t y where y.id = x.id) union all select 0, 0 from dual order by 1`,
  );
  expect(rows).toEqual([
    ['0', '0'],
    ['1', '3'],
    ['2', '3'],
  ]);
});

test('DML takes binds, NULLs and queries, and cuts by ROWNUM', async () => {
  await oracle.run('insert into t (id, n) values (:1, :2)', { binds: ['50', '1.5'] });
  await oracle.run('insert into t (id, n, name) select :1, null, :2 from dual', { binds: ['51', 'x'] });
  await oracle.run('insert into t (id, n) select id + 100, n from t where id >= 50');
  expect(await oracle.run('select id, n, name from t where id >= 50 order by id')).toEqual([
    ['50', '1.5', null],
    ['51', null, 'x'],
    ['150', '1.5', null],
    ['151', null, null],
  ]);
  await oracle.run('delete from t where id >= 50 and rownum <= 3');
  expect(await oracle.run('select count(*) from t where id >= 50')).toEqual([['1']]);
  await oracle.run('delete from t where id >= 50');
});
