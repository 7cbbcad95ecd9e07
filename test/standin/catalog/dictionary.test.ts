import { grantRole, installCatalog, withClient } from '../../../src/standin/catalog/install-catalog';
import { DICTIONARY_VIEWS } from '../../../src/standin/catalog/views/dictionary-views';
import { freshDatabase } from '../../support/databases';
import { asOlderServer } from '../../support/older-server';
import { testOracle, type TestOracle } from '../../support/oracle-dialect';

let oracle: TestOracle;
let modern: TestOracle;

beforeAll(async () => {
  oracle = await testOracle({
    ddl: [
      'CREATE TABLE t (id NUMBER(9) PRIMARY KEY, note CLOB)',
      'CREATE TABLE hidden (id NUMBER)',
      'GRANT SELECT ON t TO reader',
    ],
  });
  modern = await testOracle({ release: '19c', characterSet: 'AL32UTF8' });
});
afterAll(async () => {
  await oracle.close();
  await modern.close();
});

test.each([...DICTIONARY_VIEWS.keys()])('%s can be read on both releases', async (view) => {
  await expect(oracle.run(`select * from ${view}`, { user: 'READER' })).resolves.toBeDefined();
  await expect(modern.run(`select * from ${view}`, { user: 'READER' })).resolves.toBeDefined();
});

test('installing again changes nothing that is stored', async () => {
  await installCatalog(oracle.url, { users: ['ABIS', 'READER', 'STRANGER'], dictionaryUsers: ['READER'] });
  await oracle.dialect.refresh();
  expect(await oracle.run('select table_name from user_tables order by 1')).toEqual([['HIDDEN'], ['T']]);
});

test('a PostgreSQL that cannot keep the rows as Oracle does is refused, and nothing is made', async () => {
  const database = await freshDatabase('stand-in');
  const url = await asOlderServer(database.url, { number: 140_023, name: '14.23' });
  await expect(installCatalog(url, { users: ['ABIS'] })).rejects.toThrow('needs PostgreSQL 15 or later');
  await withClient(database.url, async (client) => {
    expect((await client.query(`select from pg_namespace where nspname = 'SYS'`)).rowCount).toBe(0);
  });
  await database.drop();
});

test('ALL_ views show what is owned or granted, USER_ views what is owned, DBA_ views everything', async () => {
  expect(await oracle.run('select table_name from all_tables order by 1')).toEqual([['HIDDEN'], ['T']]);
  expect(await oracle.run('select table_name from all_tables', { user: 'READER' })).toEqual([['T']]);
  expect(await oracle.run('select table_name from user_tables', { user: 'READER' })).toEqual([]);
  expect(await oracle.run('select table_name from dba_tables order by 1', { user: 'READER' })).toEqual([
    ['HIDDEN'],
    ['T'],
  ]);
  expect(await oracle.run('select table_name from all_tables', { user: 'STRANGER' })).toEqual([]);
});

test('a table without a grant does not exist, one without FLASHBACK cannot be read as of an SCN', () => {
  expect(() => oracle.translate('select * from abis.hidden', 'READER')).toThrow('ORA-00942');
  expect(() => oracle.translate('select * from abis.t as of scn 1', 'READER')).toThrow('ORA-01031');
  expect(() => oracle.translate('delete from abis.t', 'READER')).toThrow('ORA-01031');
});

test('DBA_ and V$ views open with a role', async () => {
  expect(() => oracle.translate('select * from v$database', 'STRANGER')).toThrow('ORA-00942');
  await grantRole(oracle.url, 'STRANGER', 'SELECT_CATALOG_ROLE');
  await oracle.dialect.refresh();
  expect(await oracle.run('select name from v$database', { user: 'STRANGER' })).toEqual([['STANDIN']]);
  expect(await oracle.run('select role from session_roles', { user: 'STRANGER' })).toEqual([['SELECT_CATALOG_ROLE']]);
});

test('the release and the character sets are told', async () => {
  expect(await oracle.run('select version from product_component_version')).toEqual([['11.2.0.4.0']]);
  expect(await modern.run('select version from product_component_version')).toEqual([['19.0.0.0.0']]);
  const sql = `select value from nls_database_parameters where parameter in ('NLS_CHARACTERSET', 'NLS_NCHAR_CHARACTERSET') order by parameter`;
  expect(await oracle.run(sql)).toEqual([['US7ASCII'], ['AL16UTF16']]);
  expect(await modern.run(sql)).toEqual([['AL32UTF8'], ['AL16UTF16']]);
});

test('12c columns are there on 19c only', async () => {
  expect(oracle.translate('select * from all_tab_cols').columnNames).not.toContain('IDENTITY_COLUMN');
  expect(modern.translate('select * from all_tab_cols').columnNames).toContain('IDENTITY_COLUMN');
  expect(() => oracle.translate('select cdb from v$database', 'READER')).toThrow('ORA-00904');
  expect(await modern.run('select cdb from v$database', { user: 'READER' })).toEqual([['NO']]);
});

test('dictionary columns have types: LONG, NUMBER, DATE', () => {
  const { columnTypes } = oracle.translate(
    'select table_name, data_default, column_id, last_analyzed from all_tab_cols',
  );
  expect(columnTypes?.map((column) => column?.type)).toEqual(['VARCHAR2', 'LONG', 'NUMBER', 'DATE']);
  expect(() => oracle.translate('select 1 from all_tab_cols where data_default = :x')).toThrow('ORA-00997');
});

test('the data object id is the table oid, and empty tables have no segment', async () => {
  const { rows } = await oracle.client.query<{ oid: string }>(`SELECT '"ABIS"."T"'::regclass::oid::text AS oid`);
  expect(await oracle.run(`select data_object_id from user_objects where object_name = 'T'`)).toEqual([[rows[0]!.oid]]);
  expect(await oracle.run(`select * from user_segments where segment_name = 'T'`)).toEqual([]);
  expect(await oracle.run(`select segment_created from user_tables where table_name = 'T'`)).toEqual([['NO']]);
});
