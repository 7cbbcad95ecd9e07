import { once } from 'node:events';
import { connect } from 'node:net';
import type oracledb from 'oracledb';
import { aStandin, type TestStandin } from '../support/standin';

let standin: TestStandin;
let connection: oracledb.Connection;
beforeEach(async () => {
  standin = await aStandin({ setUp: 'create table t (id numeric); insert into t select generate_series(1, 2000);' });
  connection = await standin.connect();
});
afterEach(async () => {
  await connection.close().catch(() => undefined);
  await standin.stop();
});

const LONG = 'select pg_sleep(20) from dual';

describe('interrupting a call', () => {
  it('ends a statement by its call timeout, and the connection goes on', async () => {
    connection.callTimeout = 60;
    await expect(connection.execute(LONG)).rejects.toMatchObject({ code: 'NJS-123' });
    connection.callTimeout = 0;
    expect((await connection.execute('select 1 from dual')).rows).toEqual([[1]]);
  });

  it('ends a statement by break() with ORA-01013', async () => {
    const running = connection.execute(LONG);
    const outcome = expect(running).rejects.toMatchObject({ errorNum: 1013 });
    await connection.break();
    await outcome;
    expect((await connection.execute('select 1 from dual')).rows).toEqual([[1]]);
  });

  it('keeps the transaction in which a statement was interrupted', async () => {
    await connection.execute('insert into t values (-1)');
    connection.callTimeout = 60;
    await expect(connection.execute('update t set id = id where pg_sleep(20) is null')).rejects.toMatchObject({
      code: 'NJS-123',
    });
    connection.callTimeout = 0;
    expect(connection.transactionInProgress).toBe(true);
    await connection.commit();
    expect((await connection.execute('select id from t where id < 0')).rows).toEqual([[-1]]);
  });

  it('survives timeouts at every moment of a call', async () => {
    for (let i = 0; i < 40; i++) {
      connection.callTimeout = 1 + (i % 7);
      const call = connection.execute('select id, pg_sleep(0.0001) from t', [], { fetchArraySize: 50 });
      await call.then(undefined, (error: unknown) => {
        expect(error).toMatchObject({ code: 'NJS-123' });
      });
    }
    connection.callTimeout = 0;
    expect((await connection.execute('select count(*) from t')).rows).toEqual([[2000]]);
  });
});

describe('faults on demand', () => {
  it('drops the connection after so many rows, as often as it was told', async () => {
    standin.server.setFaults({ dropAfterRows: { rows: 500, times: 1 } });
    const read = (on: oracledb.Connection): Promise<oracledb.Result<unknown>> =>
      on.execute('select id from t', [], { fetchArraySize: 100 });
    await expect(read(connection)).rejects.toMatchObject({ code: 'NJS-500' });
    const other = await standin.connect();
    expect((await read(other)).rows).toHaveLength(2000);
    await other.close();
  });

  it('raises ORA-01555 at the fetch it was told, and the next query works', async () => {
    standin.server.setFaults({ errorAtFetch: { ora: 1555, fetch: 3, times: 1 } });
    const options = { fetchArraySize: 100, prefetchRows: 100 };
    await expect(connection.execute('select id from t', [], options)).rejects.toMatchObject({ errorNum: 1555 });
    expect((await connection.execute('select id from t', [], options)).rows).toHaveLength(2000);
  });

  it('refuses logins as a listener without handlers does', async () => {
    standin.server.setFaults({ refuseLogins: { times: 1 } });
    await expect(standin.connect()).rejects.toThrow('ORA-12516');
    await (await standin.connect()).close();
  });

  it('makes calls late, and an interrupt ends the waiting', async () => {
    standin.server.setFaults({ latencyMs: { ms: 20_000, times: 1 } });
    connection.callTimeout = 50;
    await expect(connection.execute('select 1 from dual')).rejects.toMatchObject({ code: 'NJS-123' });
    connection.callTimeout = 0;
    expect((await connection.execute('select 1 from dual')).rows).toEqual([[1]]);
  });
});

describe('what is no Oracle client', () => {
  it.each(['GET / HTTP/1.0\r\n\r\n', '\0\0\0\0\0\0\0\0', 'x'.repeat(100)])('is cut off: %j', async (bytes) => {
    const socket = connect(standin.server.port, standin.server.host);
    socket.end(bytes);
    socket.resume();
    await once(socket, 'close');
    expect((await connection.execute('select 1 from dual')).rows).toEqual([[1]]);
  });
});
