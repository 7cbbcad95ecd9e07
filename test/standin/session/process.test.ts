import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import oracledb from 'oracledb';
import { installCatalog } from '../../../src/standin/catalog/install-catalog';
import { startStandin, type RunningStandin } from '../../../src/standin';
import { freshDatabase, type FreshDatabase } from '../../support/databases';

const PASSWORD = 'Correct horse 42';

const DDL = `CREATE TABLE people (
  id NUMBER(10) NOT NULL, name VARCHAR2(40 CHAR), code CHAR(4), amount NUMBER(12,2), born DATE,
  seen TIMESTAMP(9), zoned TIMESTAMP(6) WITH TIME ZONE, picture BLOB, story CLOB, digest RAW(16), note LONG,
  CONSTRAINT people_pk PRIMARY KEY (id))`;

const INSERT = `INSERT INTO people (id, name, code, amount, born, digest, story, picture)
  VALUES (:id, :name, :code, :amount, :born, :digest, :story, :picture)`;

describe('a stand-in in a process of its own, with the dialect of Oracle', () => {
  let database: FreshDatabase;
  let standin: RunningStandin;
  let connection: oracledb.Connection;
  beforeAll(async () => {
    database = await freshDatabase('stand-in');
    await installCatalog(database.url, { users: ['ABIS'], dictionaryUsers: ['ABIS'], characterSet: 'AL32UTF8' });
    standin = await startStandin({ pgUrl: database.url, users: { ABIS: PASSWORD }, serviceName: 'LEGACY' });
    connection = await oracledb.getConnection({
      user: 'abis',
      password: PASSWORD,
      connectString: standin.connectString,
    });
    await connection.execute(DDL);
  });
  afterAll(async () => {
    await connection.close();
    await standin.stop();
    await database.drop();
  });
  beforeEach(async () => {
    await connection.execute('DELETE FROM people');
    await connection.commit();
  });

  const born = new Date(1980, 1, 29, 1, 2, 3);
  const row = (id: number): unknown[] => [
    id,
    `Näme ${id}`,
    'ab',
    id + 0.25,
    born,
    Buffer.from([0, id]),
    'story '.repeat(1000),
    Buffer.from('pic'),
  ];

  it('answers SELECT FROM dual', async () => {
    expect((await connection.execute("SELECT 1 AS x, 'a' AS y FROM dual")).rows).toEqual([[1, 'a']]);
  });

  it('gives back what array DML stored, and names its columns as Oracle does', async () => {
    const { rowsAffected } = await connection.executeMany(
      INSERT,
      [row(1), row(2), row(3)] as oracledb.BindParameters[],
      { autoCommit: true },
    );
    expect(rowsAffected).toBe(3);
    const options: oracledb.ExecuteOptions = {
      outFormat: oracledb.OUT_FORMAT_OBJECT,
      fetchTypeHandler: ({ dbType }) =>
        dbType === oracledb.DB_TYPE_CLOB
          ? { type: oracledb.STRING }
          : dbType === oracledb.DB_TYPE_BLOB
            ? { type: oracledb.BUFFER }
            : undefined,
    };
    const { rows } = await connection.execute('SELECT * FROM people WHERE id >= :low ORDER BY id', [2], options);
    expect(rows).toHaveLength(2);
    expect(rows![0]).toMatchObject({
      ID: 2,
      NAME: 'Näme 2',
      CODE: 'ab  ',
      AMOUNT: 2.25,
      BORN: born,
      DIGEST: Buffer.from([0, 2]),
      STORY: 'story '.repeat(1000),
      PICTURE: Buffer.from('pic'),
      NOTE: null,
    });
  });

  it('raises errors in Oracle numbers and words', async () => {
    await connection.execute(INSERT, row(1) as oracledb.BindParameters);
    await expect(connection.execute(INSERT, row(1) as oracledb.BindParameters)).rejects.toThrow(
      'ORA-00001: unique constraint (ABIS.PEOPLE_PK) violated',
    );
    await expect(connection.execute('SELECT * FROM nowhere')).rejects.toMatchObject({ errorNum: 942 });
    await connection.rollback();
  });

  it('reads as of an SCN', async () => {
    await connection.execute(INSERT, row(1) as oracledb.BindParameters, { autoCommit: true });
    const { rows } = await connection.execute<[string]>(
      'SELECT TO_CHAR(DBMS_FLASHBACK.GET_SYSTEM_CHANGE_NUMBER) FROM dual',
    );
    await connection.execute('DELETE FROM people', [], { autoCommit: true });
    const then = await connection.execute('SELECT COUNT(*) FROM people AS OF SCN :scn', [rows![0]![0]]);
    expect(then.rows).toEqual([[1]]);
  });

  it('finds rows by ROWID', async () => {
    await connection.executeMany(INSERT, [row(1), row(2)] as oracledb.BindParameters[], { autoCommit: true });
    const { rows } = await connection.execute<[string]>('SELECT rowid FROM people WHERE id = 2');
    expect((await connection.execute('SELECT id FROM people WHERE rowid = :r', [rows![0]![0]])).rows).toEqual([[2]]);
  });

  it('takes faults at run time', async () => {
    await standin.setFaults({ errorAtFetch: { ora: 1555, fetch: 1, times: 1 } });
    await expect(connection.execute('SELECT id FROM people')).rejects.toMatchObject({ errorNum: 1555 });
    expect((await connection.execute('SELECT id FROM people')).rows).toEqual([]);
  });
});

describe('startStandin', () => {
  it('says why it could not start', async () => {
    const options = { pgUrl: 'postgres://nobody@127.0.0.1:1/none', users: {}, serviceName: 'LEGACY' };
    await expect(startStandin(options)).rejects.toThrow(/ORA-01034.*ECONNREFUSED/);
  });

  it('ends with its parent, however that ends', async () => {
    const database = await freshDatabase('stand-in');
    await installCatalog(database.url, { users: ['ABIS'] });
    const script = join(__dirname, '../support/parent-process.ts');
    const parent = fork(script, [], { execArgv: ['-r', require.resolve('@swc-node/register')] });
    parent.send({ pgUrl: database.url, users: { ABIS: PASSWORD }, serviceName: 'LEGACY' });
    const [port] = (await once(parent, 'message')) as [number];
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const cut = new Promise((resolve) => socket.on('error', () => socket.destroy()).on('close', resolve));
    socket.resume();
    parent.kill('SIGKILL');
    await cut;
    await database.drop();
  });
});
