import { testOracle, type TestOracle } from '../../support/oracle-dialect';

let oracle: TestOracle;
let modern: TestOracle;

const DDL = [
  'CREATE TABLE t (id NUMBER(9) PRIMARY KEY, name VARCHAR2(30), code CHAR(4), d DATE, ts TIMESTAMP(3), z TIMESTAMP WITH TIME ZONE, body CLOB, old LONG)',
  'CREATE TABLE u (id NUMBER(9), t_id NUMBER(9))',
];

beforeAll(async () => {
  oracle = await testOracle({ ddl: DDL });
  modern = await testOracle({ ddl: DDL, release: '19c' });
});
afterAll(async () => {
  await oracle.close();
  await modern.close();
});

const FROM_T = 'FROM "ABIS"."T" "T"';

const TRANSLATED: readonly (readonly [string, string])[] = [
  ['select id from t', `SELECT "T"."ID" AS "ID" ${FROM_T}`],
  ['SELECT x.id FROM abis.t x', 'SELECT "X"."ID" AS "ID" FROM "ABIS"."T" "X"'],
  ['select "ID" as "mixed Case" from "T"', `SELECT "T"."ID" AS "mixed Case" ${FROM_T}`],
  ['select /*+ FULL(t) */ id -- all of them\nfrom t', `SELECT "T"."ID" AS "ID" ${FROM_T}`],
  ['select u.* from t, u', 'SELECT "U"."ID" AS "ID", "U"."T_ID" AS "T_ID" FROM "ABIS"."T" "T", "ABIS"."U" "U"'],
  [
    'select t.id from t left join u on u.t_id = t.id',
    'SELECT "T"."ID" AS "ID" FROM ("ABIS"."T" "T" LEFT JOIN "ABIS"."U" "U" ON "U"."T_ID" = "T"."ID")',
  ],
  [`select id from t where name = ''`, `SELECT "T"."ID" AS "ID" ${FROM_T} WHERE "T"."NAME" = NULL`],
  [`select id from t where name = q'[it's]'`, `SELECT "T"."ID" AS "ID" ${FROM_T} WHERE "T"."NAME" = 'it''s'::text`],
  [`select id from t where code = 'AB'`, `SELECT "T"."ID" AS "ID" ${FROM_T} WHERE "T"."CODE" = 'AB  '::text`],
  ['select id from t where code = :c', `SELECT "T"."ID" AS "ID" ${FROM_T} WHERE "T"."CODE" = $1`],
  [`select id from t where name = 'AB'`, `SELECT "T"."ID" AS "ID" ${FROM_T} WHERE "T"."NAME" = 'AB'::text`],
  [`select id from t where id = '7'`, `SELECT "T"."ID" AS "ID" ${FROM_T} WHERE "T"."ID" = "SYS".to_number('7'::text)`],
  ['select id from t where rownum <= 10', `SELECT "T"."ID" AS "ID" ${FROM_T} LIMIT 10`],
  [
    'select id from t where id > 5 and rownum <= :n',
    `SELECT "T"."ID" AS "ID" ${FROM_T} WHERE "T"."ID" > 5::numeric LIMIT greatest(floor($1::numeric), 0)::bigint`,
  ],
  ['select id from t where rowid >= chartorowid(:lo)', `SELECT "T"."ID" AS "ID" ${FROM_T} WHERE "T".ctid >= $1::tid`],
  [
    `select id from t where rowid < chartorowid('AAAEc1AABAAAAAKAAB')`,
    `SELECT "T"."ID" AS "ID" ${FROM_T} WHERE "T".ctid < '(10,1)'::tid`,
  ],
  ['select rowid from t where rowid = :r', `SELECT "T".ctid AS "ROWID" ${FROM_T} WHERE "T".ctid = $1::tid`],
  [
    'select id from t order by d desc nulls last, 1',
    `SELECT "T"."ID" AS "ID" ${FROM_T} ORDER BY "T"."D" DESC NULLS LAST, 1`,
  ],
  ['select id from t for update nowait', `SELECT "T"."ID" AS "ID" ${FROM_T} FOR UPDATE NOWAIT`],
  ['select current_scn from v$database', 'SELECT $1::numeric AS "CURRENT_SCN" FROM "SYS"."V$DATABASE" "V$DATABASE"'],
  ['delete from t where id in (1, 2)', 'DELETE FROM "ABIS"."T" AS "T" WHERE "T"."ID" IN (1::numeric, 2::numeric)'],
  [
    `update t set name = '', d = date '2020-01-02' where id = 1`,
    `UPDATE "ABIS"."T" AS "T" SET "NAME" = NULL, "D" = '2020-01-02'::timestamp(0) WHERE "T"."ID" = 1::numeric`,
  ],
  ['insert into u values (:1, :2)', 'INSERT INTO "ABIS"."U" AS "U" ("ID", "T_ID") VALUES ($1, $2)'],
  ['savepoint a', 'SAVEPOINT "A"'],
  ['rollback to savepoint a', 'ROLLBACK TO SAVEPOINT "A"'],
];

test.each(TRANSLATED)('%s becomes PostgreSQL', (sql, expected) => {
  expect(oracle.translate(sql, sql.includes('v$') ? 'READER' : 'ABIS').text).toBe(expected);
});

const REFUSED: readonly (readonly [string, string])[] = [
  [
    'select id from t where id = u.id(+)',
    'ORA-03001: unimplemented feature: the stand-in does not understand the outer join operator (+)',
  ],
  [
    'select id from t connect by prior id = 1',
    'ORA-03001: unimplemented feature: the stand-in does not understand CONNECT BY',
  ],
  ['select dump(id) from t', 'ORA-03001: unimplemented feature: the stand-in does not understand the function DUMP'],
  [
    'select t.id from t as of scn 5, u',
    'ORA-03001: unimplemented feature: the stand-in does not understand mixed SCNs in one statement',
  ],
  [
    'select t.id from t as of scn 5, u as of scn 6',
    'ORA-03001: unimplemented feature: the stand-in does not understand mixed SCNs in one statement',
  ],
  [
    'select id from t where rownum > 5',
    'ORA-03001: unimplemented feature: the stand-in does not understand ROWNUM other than WHERE ROWNUM <= n',
  ],
  [
    'merge into t using u on (t.id = u.id) when matched then delete',
    'ORA-03001: unimplemented feature: the stand-in does not understand MERGE',
  ],
  [
    'begin dbms_lock.sleep(1); end;',
    'ORA-03001: unimplemented feature: the stand-in does not understand PL/SQL (DBMS_LOCK.SLEEP)',
  ],
  ['select nothing from t', 'ORA-00904: "NOTHING": invalid identifier'],
  ['select id from t, u', 'ORA-00918: column ambiguously defined'],
  ['select 1 from nowhere', 'ORA-00942: table or view does not exist'],
  ['select 1 from all_segments', 'ORA-00942: table or view does not exist'],
  ['select 1 from all_extents', 'ORA-00942: table or view does not exist'],
  ['select 1 from dba_tables', 'ORA-00942: table or view does not exist'],
  ['select id from t fetch first 5 rows only', 'ORA-00933: SQL command not properly ended'],
  ['select id from t order by id offset 5 rows', 'ORA-00933: SQL command not properly ended'],
  ['select identity_column from user_tab_cols', 'ORA-00904: "IDENTITY_COLUMN": invalid identifier'],
  ['select user_generated from all_tab_cols', 'ORA-00904: "USER_GENERATED": invalid identifier'],
  [`select standard_hash(name, 'MD5') from t`, 'ORA-00904: "STANDARD_HASH": invalid identifier'],
  [
    `select listagg(name, ',' on overflow truncate) within group (order by id) from t`,
    'ORA-00907: missing right parenthesis',
  ],
  ['create table x (id number generated always as identity)', 'ORA-00907: missing right parenthesis'],
  ['create table this_name_is_longer_than_thirty_bytes (id number)', 'ORA-00972: identifier is too long'],
  ['select id from t where old = :x', 'ORA-00997: illegal use of LONG datatype'],
  ['select distinct body from t', 'ORA-00932: inconsistent datatypes: expected - got CLOB'],
  ['select id from t where d = id', 'ORA-00932: inconsistent datatypes: expected - got DATE'],
  ['select id, from t', 'ORA-00936: missing expression'],
  ['select id', 'ORA-00923: FROM keyword not found where expected'],
  ['select id from t;', 'ORA-00911: invalid character'],
  ['selectt id from t', 'ORA-00900: invalid SQL statement'],
  [`select 'open from t`, 'ORA-01756: quoted string not properly terminated'],
  ['insert into u values (1)', 'ORA-00947: not enough values'],
  ['insert into u (id) values (1, 2)', 'ORA-00913: too many values'],
];

test.each(REFUSED)('%s is refused', (sql, message) => {
  expect(() => oracle.translate(sql)).toThrow(message);
});

test('a refusal points at the construct', () => {
  expect(() => oracle.translate('select dump(id) from t')).toThrow(
    expect.objectContaining({ ora: 3001, position: 7 }) as Error,
  );
});

test('12c syntax works on 19c', () => {
  const text = `SELECT "T"."ID" AS "ID" ${FROM_T} ORDER BY "ID" LIMIT (5::numeric)::bigint OFFSET (2::numeric)::bigint`;
  expect(modern.translate('select id from t order by id offset 2 rows fetch next 5 rows only').text).toBe(text);
  expect(modern.translate('select identity_column from user_tab_cols').columnNames).toEqual(['IDENTITY_COLUMN']);
});

test('each placeholder occurrence is a bind of its own, in text order, whatever order PostgreSQL meets them in', () => {
  const { parameters, bindCount } = oracle.translate(
    'select :a, id from t where id = :a and rowid > :b and rownum <= :c',
  );
  expect(bindCount).toBe(4);
  const indexes = parameters.map((one) => (one.from === 'bind' ? `${one.index} ${one.as}` : one.from));
  expect([...indexes].sort()).toEqual(['0 value', '1 value', '2 rowid', '3 value']);
});

test('AS OF SCN is taken out of the text and says which SCN', () => {
  const literal = oracle.translate('select id from t as of scn 1234 x where x.id > :1');
  expect(literal).toMatchObject({ asOfScn: ['1234'], tables: ['ABIS.T'], bindCount: 1 });
  const bound = oracle.translate('select id from t as of scn :scn where id > :1');
  expect(bound).toMatchObject({
    asOfScn: [{ bind: 0 }],
    parameters: [{ from: 'bind', index: 1, as: 'value' }],
    bindCount: 2,
  });
});

test('result columns have the names and types Oracle shows', () => {
  const { columnNames, columnTypes } = oracle.translate(
    `select id, count(*), max(name) m, to_char(d) c, sysdate from t group by id, d`,
  );
  expect(columnNames).toEqual(['ID', 'COUNT(*)', 'M', 'C', 'SYSDATE']);
  expect(columnTypes?.map((column) => column?.type)).toEqual(['NUMBER', 'NUMBER', 'VARCHAR2', 'VARCHAR2', 'DATE']);
  expect(columnTypes?.[2]).toMatchObject({ length: 30, charUsed: 'B' });
});

test('ALTER SESSION gives its settings', () => {
  const translation = oracle.translate(
    `alter session set nls_date_format = 'YYYY-MM-DD' time_zone = '+00:00' current_schema = abis`,
  );
  expect(translation).toMatchObject({
    kind: 'alter-session',
    settings: { NLS_DATE_FORMAT: 'YYYY-MM-DD', TIME_ZONE: '+00:00', CURRENT_SCHEMA: 'ABIS' },
  });
});

test('setting module and action does nothing and counts its binds', () => {
  expect(oracle.translate('BEGIN DBMS_APPLICATION_INFO.SET_MODULE(:m, :a); END;')).toMatchObject({
    kind: 'no-op',
    bindCount: 2,
  });
});
