import type oracledb from 'oracledb';
import { aStandin, type TestStandin } from '../support/standin';

let standin: TestStandin;
let connection: oracledb.Connection;
beforeEach(async () => {
  standin = await aStandin({
    setUp: 'create table t (id numeric); insert into t values (1), (2);',
    undoRetentionSeconds: 0,
  });
  connection = await standin.connect();
});
afterEach(async () => {
  await connection.close();
  await standin.stop();
});

async function newScn(): Promise<string> {
  const { rows } = await connection.execute<[string]>('select cast(:new_scn as text) from dual', { new_scn: null });
  return rows![0]![0];
}

const NOW = 'select count(*) from t';

async function countAt(scn: string): Promise<unknown> {
  const { rows } = await connection.execute('select count(*) from t as of scn :scn', [scn]);
  return rows![0]![0 as never];
}

describe('AS OF SCN', () => {
  it('reads what was there then, in whichever session, while others go on', async () => {
    const before = await newScn();
    await connection.execute('insert into t values (3)', [], { autoCommit: true });
    const after = await newScn();
    await connection.execute('delete from t', [], { autoCommit: true });
    expect(await countAt(before)).toBe(2);
    expect(await countAt(after)).toBe(3);
    expect((await connection.execute(NOW)).rows).toEqual([[0]]);
    await connection.close();
    connection = await standin.connect();
    expect(await countAt(before)).toBe(2);
    expect(Number(after)).toBeGreaterThan(Number(before) + 1);
  });

  it('does not see what its own session has not committed', async () => {
    await connection.execute('insert into t values (3)');
    const scn = await newScn();
    expect(await countAt(scn)).toBe(2);
    expect((await connection.execute(NOW)).rows).toEqual([[3]]);
  });

  it('goes on after a statement of that SCN failed', async () => {
    const scn = await newScn();
    await expect(connection.execute('select 1/(id-2) from t as of scn :scn', [scn])).rejects.toMatchObject({
      errorNum: 1476,
    });
    expect(await countAt(scn)).toBe(2);
  });

  it('refuses a number that is no SCN', async () => {
    await expect(countAt('17')).rejects.toMatchObject({ errorNum: 8181 });
    await expect(countAt('never')).rejects.toMatchObject({ errorNum: 8181 });
  });

  it('refuses a table that was altered since', async () => {
    const scn = await newScn();
    await connection.execute('alter table t add column more text');
    await expect(countAt(scn)).rejects.toMatchObject({ errorNum: 1466 });
    expect(await countAt(await newScn())).toBe(2);
  });

  it('gives up the oldest snapshots when there are many, and says so', async () => {
    const first = await newScn();
    for (let i = 0; i < 33; i++) await newScn();
    await expect(countAt(first)).rejects.toMatchObject({ errorNum: 1555 });
    expect(await countAt(await newScn())).toBe(2);
  });
});
