import oracledb from 'oracledb';
import { aStandin, type TestStandin } from '../support/standin';

let standin: TestStandin;
beforeAll(async () => {
  standin = await aStandin({
    setUp: `create table t (id numeric primary key, name text, at timestamp(0), note text);
            create table source as select i::numeric as id from generate_series(1, 1000) i;`,
  });
});
afterAll(() => standin.stop());

/** A connection on an empty table. */
async function withConnection(work: (connection: oracledb.Connection) => Promise<void>): Promise<void> {
  await standin.sql('truncate t');
  const connection = await standin.connect();
  try {
    await work(connection);
  } finally {
    await connection.close();
  }
}

async function ids(connection: oracledb.Connection): Promise<number[]> {
  const { rows } = await connection.execute<[number]>('select id from t order by id');
  return rows!.map(([id]) => id);
}

const seen = async (): Promise<number[]> => {
  const other = await standin.connect();
  try {
    return await ids(other);
  } finally {
    await other.close();
  }
};

const INSERT = 'insert into t (id, name, at) values (:id, :name, :at)';

describe('DML', () => {
  it('is seen by others once it is committed, and shows as a transaction until then', () =>
    withConnection(async (connection) => {
      const { rowsAffected } = await connection.execute(INSERT, [1, 'one', new Date(2020, 1, 1)]);
      expect(rowsAffected).toBe(1);
      expect(connection.transactionInProgress).toBe(true);
      expect(await ids(connection)).toEqual([1]);
      expect(await seen()).toEqual([]);
      await connection.commit();
      expect(connection.transactionInProgress).toBe(false);
      expect(await seen()).toEqual([1]);
    }));

  it('is gone after a rollback, and after a connection is closed without a commit', () =>
    withConnection(async (connection) => {
      await connection.execute(INSERT, [1, 'one', null]);
      await connection.rollback();
      expect(await ids(connection)).toEqual([]);
      const other = await standin.connect();
      await other.execute(INSERT, [2, 'two', null]);
      await other.close();
      expect(await seen()).toEqual([]);
    }));

  it('commits at once with autoCommit', () =>
    withConnection(async (connection) => {
      for (const id of [1, 2, 3]) await connection.execute(INSERT, [id, 'x', null], { autoCommit: true });
      expect(connection.transactionInProgress).toBe(false);
      expect(await seen()).toEqual([1, 2, 3]);
      const { rowsAffected } = await connection.execute('update t set name = :n where id > :id', ['y', 1], {
        autoCommit: true,
      });
      expect(rowsAffected).toBe(2);
    }));

  it('loses only the statement that fails', () =>
    withConnection(async (connection) => {
      await connection.execute(INSERT, [1, 'one', null]);
      await expect(connection.execute(INSERT, [1, 'again', null])).rejects.toMatchObject({ errorNum: 1 });
      await expect(connection.execute('select 1/0 from dual')).rejects.toMatchObject({ errorNum: 1476 });
      await connection.execute(INSERT, [2, 'two', null]);
      await connection.commit();
      expect(await seen()).toEqual([1, 2]);
    }));

  it('opens no transaction by a statement that fails', () =>
    withConnection(async (connection) => {
      await expect(connection.execute('insert into t (id) values (null)')).rejects.toMatchObject({ errorNum: 1400 });
      expect(connection.transactionInProgress).toBe(false);
    }));

  it('goes back to a savepoint', () =>
    withConnection(async (connection) => {
      await connection.execute(INSERT, [1, 'one', null]);
      await connection.execute('savepoint here');
      await connection.execute(INSERT, [2, 'two', null]);
      await connection.execute('rollback to savepoint here');
      await connection.execute(INSERT, [3, 'three', null]);
      await connection.execute('commit');
      expect(await seen()).toEqual([1, 3]);
    }));

  it('keeps reading across a commit and a rollback', () =>
    withConnection(async (connection) => {
      const options = { resultSet: true, fetchArraySize: 10, prefetchRows: 10 } as const;
      const { resultSet } = await connection.execute<[number]>('select id from source order by id', [], options);
      const rows = await resultSet!.getRows(15);
      await connection.execute(INSERT, [1, 'one', null]);
      await connection.commit();
      rows.push(...(await resultSet!.getRows(15)));
      await connection.execute(INSERT, [2, 'two', null]);
      await connection.rollback();
      rows.push(...(await resultSet!.getRows()));
      expect(rows.map(([id]) => id)).toEqual(Array.from({ length: 1000 }, (_, i) => i + 1));
      await resultSet!.close();
    }));

  it('locks rows for update until the transaction ends', () =>
    withConnection(async (connection) => {
      await connection.execute(INSERT, [1, 'one', null], { autoCommit: true });
      await connection.execute('select id from t for update');
      expect(connection.transactionInProgress).toBe(true);
      const other = await standin.connect();
      await expect(other.execute('select id from t for update nowait')).rejects.toMatchObject({ errorNum: 54 });
      await connection.rollback();
      expect((await other.execute('select id from t for update nowait')).rows).toEqual([[1]]);
      await other.close();
    }));
});

describe('array DML', () => {
  const rows = Array.from({ length: 500 }, (_, i) => [
    i,
    i % 3 === 0 ? null : `name ${i}`,
    new Date(2020, 0, 1, 0, 0, i),
  ]);

  it('inserts all rows in one call, and again from the cache', () =>
    withConnection(async (connection) => {
      expect(await connection.executeMany(INSERT, rows)).toMatchObject({ rowsAffected: 500 });
      const more = rows.map(([id, name, at]) => [Number(id) + 500, name, at]);
      expect(await connection.executeMany(INSERT, more)).toMatchObject({ rowsAffected: 500 });
      await connection.commit();
      expect(await seen()).toHaveLength(1000);
      const { rows: found } = await connection.execute<unknown[]>('select name, at from t where id = 499');
      expect(found).toEqual([['name 499', rows[499]![2]]]);
    }));

  it('counts the rows of each iteration', () =>
    withConnection(async (connection) => {
      await connection.executeMany(INSERT, rows);
      const result = await connection.executeMany(
        'update t set note = :n where id < :id',
        [
          ['a', 10],
          ['b', 3],
          ['c', 0],
        ],
        {
          dmlRowCounts: true,
        },
      );
      expect(result).toMatchObject({ rowsAffected: 13, dmlRowCounts: [10, 3, 0] });
    }));

  it('keeps the rows before the one that fails', () =>
    withConnection(async (connection) => {
      const binds = [
        [1, 'a', null],
        [2, 'b', null],
        [1, 'twice', null],
        [3, 'c', null],
      ];
      await expect(connection.executeMany(INSERT, binds)).rejects.toMatchObject({ errorNum: 1 });
      expect(connection.transactionInProgress).toBe(true);
      expect(await ids(connection)).toEqual([1, 2]);
    }));

  it('goes on behind failing rows when asked for batch errors', () =>
    withConnection(async (connection) => {
      const binds = [
        [1, 'a', null],
        [1, 'b', null],
        [2, 'c', null],
        [null, 'd', null],
        [3, 'e', null],
      ];
      const options = {
        batchErrors: true,
        bindDefs: [{ type: oracledb.NUMBER }, { type: oracledb.STRING, maxSize: 9 }, { type: oracledb.DATE }],
      };
      const { batchErrors, rowsAffected } = await connection.executeMany(INSERT, binds, options);
      expect(rowsAffected).toBe(3);
      expect(batchErrors!.map(({ offset }) => offset)).toEqual([1, 3]);
      expect(batchErrors![0]!.message).toContain('duplicate key');
      expect(await ids(connection)).toEqual([1, 2, 3]);
    }));
});

describe('DDL', () => {
  it('commits what came before it, and what it made is there', () =>
    withConnection(async (connection) => {
      await connection.execute(INSERT, [1, 'one', null]);
      await connection.execute('create table made (id numeric)');
      await connection.rollback();
      expect(await seen()).toEqual([1]);
      await connection.execute('insert into made values (:id)', [5]);
      expect((await connection.execute('select * from made')).rows).toEqual([[5]]);
      await connection.commit();
      await connection.execute('alter table made add column more numeric');
      expect((await connection.execute('select * from made')).rows).toEqual([[5, null]]);
      await connection.execute('drop table made');
      await expect(connection.execute('select * from made')).rejects.toMatchObject({ errorNum: 942 });
    }));

  it('refuses RETURNING by name', () =>
    withConnection(async (connection) => {
      const binds = { id: 1, out: { dir: oracledb.BIND_OUT, type: oracledb.NUMBER } };
      const sql = 'insert into t (id) values (:id) returning id into :out';
      await expect(connection.execute(sql, binds)).rejects.toThrow('RETURNING');
    }));
});
