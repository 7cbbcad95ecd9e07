import oracledb from 'oracledb';
import { aStandin, PASSWORD, type TestStandin } from '../support/standin';

describe('logging in with the real driver', () => {
  let standin: TestStandin;
  beforeAll(async () => {
    standin = await aStandin();
  });
  afterAll(() => standin.stop());

  it('accepts the right password, whatever the case of the user name, and shows 19.3', async () => {
    const connection = await standin.connect({ user: 'Abis' });
    expect(connection.oracleServerVersionString).toBe('19.3.0.0.0');
    await connection.ping();
    const { rows } = await connection.execute('select 1 as x from dual');
    expect(rows).toEqual([[1]]);
    await connection.close();
  });

  it('denies a wrong password and an unknown user in the same words', async () => {
    await expect(standin.connect({ password: 'wrong' })).rejects.toMatchObject({ errorNum: 1017 });
    await expect(standin.connect({ user: 'nobody', password: PASSWORD })).rejects.toMatchObject({ errorNum: 1017 });
    await expect(standin.connect({ user: 'nobody', password: 'x' })).rejects.toThrow('invalid username/password');
  });

  it('refuses an unknown service as a listener does', async () => {
    const connectString = `127.0.0.1:${standin.server.port}/OTHER`;
    await expect(standin.connect({ connectString })).rejects.toMatchObject({ code: 'NJS-518' });
  });

  it('is reached by the SID of its instance, and refuses another SID as a listener does', async () => {
    const bySid = (sid: string): string =>
      `(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=127.0.0.1)(PORT=${standin.server.port}))(CONNECT_DATA=(SID=${sid})))`;
    await (await standin.connect({ connectString: bySid('legacy') })).close();
    await expect(standin.connect({ connectString: bySid('OTHER') })).rejects.toMatchObject({ code: 'NJS-519' });
  });

  it('takes connect data that does not fit into the CONNECT packet', async () => {
    const padding = 'x'.repeat(200);
    const connectString =
      `(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=127.0.0.1)(PORT=${standin.server.port}))` +
      `(CONNECT_DATA=(SERVICE_NAME=LEGACY)(CID=(PROGRAM=${padding}))))`;
    const connection = await standin.connect({ connectString });
    await connection.close();
  });

  it('serves a pool of ten at once', async () => {
    const { connectString } = standin;
    const pool = await oracledb.createPool({
      user: 'abis',
      password: PASSWORD,
      connectString,
      poolMin: 2,
      poolMax: 10,
    });
    const results = await Promise.all(
      Array.from({ length: 40 }, async (_, i) => {
        const connection = await pool.getConnection();
        const { rows } = await connection.execute<[number]>('select cast(:n as numeric) from generate_series(1, 30)', [
          i,
        ]);
        await connection.close();
        return rows?.map(([n]) => n);
      }),
    );
    results.forEach((numbers, i) => {
      expect(numbers).toEqual(Array.from({ length: 30 }, () => i));
    });
    await pool.close(0);
  });

  it('takes module, action, client id and current schema on their way', async () => {
    await standin.sql('create schema "OTHER"; create table "OTHER".there as select 7 as seven');
    const connection = await standin.connect();
    connection.module = 'cutover';
    connection.action = 'read';
    connection.clientId = 'test';
    connection.dbOp = 'a';
    connection.clientInfo = 'info';
    connection.currentSchema = 'OTHER';
    const { rows } = await connection.execute('select seven, current_schema from there');
    expect(rows).toEqual([[7, 'OTHER']]);
    connection.currentSchema = 'NONE';
    await expect(connection.execute('select 1 from dual')).rejects.toMatchObject({ errorNum: 1435 });
    await connection.close();
  });
});

describe('releases', () => {
  it('makes the Thin driver refuse 11.2 with NJS-138', async () => {
    const standin = await aStandin({ release: '11.2' });
    await expect(standin.connect()).rejects.toMatchObject({ code: 'NJS-138' });
    await standin.stop();
  });

  it('lets the driver in to an 11.2 that a real one would not be', async () => {
    const standin = await aStandin({ release: '11.2-thin' });
    const connection = await standin.connect();
    expect(connection.oracleServerVersionString).toBe('11.2.0.4.0');
    const { rows } = await connection.execute('select cast(:a as numeric), :b as b from dual', [1.5, 'x']);
    expect(rows).toEqual([[1.5, 'x']]);
    await connection.close();
    await standin.stop();
  });
});
