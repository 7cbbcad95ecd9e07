import type { Client } from 'pg';
import type { Target } from '../../../src/core/ports/target';
import { BAD_KINDS, rowsWithBad } from '../../support/bad-rows';
import { targetForEach } from '../../support/opened-target';
import { aChunk, aLoaderContext, aLoadPlan } from '../../support/postgres-load';
import { rowsNotByTheRun } from '../../support/written-by';
import { column } from '../../support/sql';

let client: Client;
let target: Target;

const opened = targetForEach();
beforeEach(async () => {
  ({ client, target } = await opened());
});

const plan = aLoadPlan('bad', ['id', 'value']);

describe('each reject is of a guilty row and of no other', () => {
  it.each(BAD_KINDS)('of kind: $name', async (kind) => {
    await client.query(kind.ddl);
    const { rows, guilty } = rowsWithBad(kind, { rows: 600, bad: 30 });
    const loader = await target.loader(plan, aLoaderContext());
    const result = await loader.load(aChunk('bad', rows));
    await loader.close();
    expect(result).toMatchObject({ read: 600, inserted: 570, rejected: 30 });
    expect(await column(client, 'select key from cutover.reject order by ordinal')).toEqual(
      guilty.map((index) => JSON.stringify([String(rows[index]?.[0])])),
    );
    const said = `select distinct concat_ws(' | ', property, reason, sql_state) from cutover.reject`;
    expect(await column(client, said)).toEqual([kind.says]);
    expect(await rowsNotByTheRun(client, 'bad')).toEqual([]);
  });
});

describe('a chunk with bad rows', () => {
  it('is told from the rows of others by the one transaction that wrote it', async () => {
    await client.query(
      `create table bad (id int4 primary key, value text unique); insert into bad values (-1, 'value 7')`,
    );
    const { rows } = rowsWithBad(BAD_KINDS[0]!, { rows: 300, bad: 10 });
    const loader = await target.loader(plan, aLoaderContext());
    await loader.load(aChunk('bad', rows));
    await loader.load(aChunk('bad', [[1_000, 'straight']], { id: { entity: 'bad', chunk: 1 } }));
    await loader.close();
    await client.query(`insert into bad values (-2, 'later')`);
    expect(await rowsNotByTheRun(client, 'bad')).toEqual([-2, -1]);
    expect(await column(client, 'select cardinality(written_by) from cutover.chunk_load order by chunk')).toEqual([
      1, 1,
    ]);
  });

  it('may consist of nothing else', async () => {
    await client.query(
      `create table parent (id int4 primary key); create table bad (id int4 primary key, value int4 references parent)`,
    );
    const rows = Array.from({ length: 3_000 }, (_, n) => [n, String(n)]);
    const loader = await target.loader(plan, aLoaderContext());
    expect(await loader.load(aChunk('bad', rows))).toMatchObject({ inserted: 0, rejected: 3_000 });
    await loader.close();
  });

  it('needs PL/pgSQL, without which no ledger is made, and the error says what is missing', async () => {
    await client.query('drop schema cutover cascade; drop extension plpgsql');
    await expect(target.ledger.install()).rejects.toMatchObject({
      code: 'LOAD_FAILED',
      hint: expect.stringContaining('plpgsql') as string,
    });
  });

  it('keeps a good row whose CHECK counts the blanks of its column', async () => {
    await client.query(`create table bad (id int4 primary key, value char(5) check (octet_length(value) = 5))`);
    const loader = await target.loader(plan, aLoaderContext());
    const rows = [
      [1, 'ab'],
      [1, 'ab'],
      [2, 'ab     '],
      [3, 'äb'],
    ];
    expect(await loader.load(aChunk('bad', rows))).toMatchObject({ inserted: 2, rejected: 2 });
    await loader.close();
    expect(await column(client, `select concat_ws(' ', key, reason) from cutover.reject order by 1`)).toEqual([
      '["1"] duplicate key',
      '["3"] check bad_value_check',
    ]);
  });

  it('keeps a row whose equal before it is refused for another reason', async () => {
    await client.query(`create table parent (id int4 primary key); insert into parent values (1);
      create table bad (id int4 primary key, value int4 references parent)`);
    const loader = await target.loader(plan, aLoaderContext());
    const rows = [
      [1, '2'],
      [1, '1'],
      [1, '1'],
      [2, '1'],
    ];
    expect(await loader.load(aChunk('bad', rows))).toMatchObject({ inserted: 2, rejected: 2 });
    await loader.close();
    expect(
      await column(client, `select concat_ws(' ', ordinal, property, reason) from cutover.reject order by 1`),
    ).toEqual(['0 value no parent for bad_value_fkey', '1 id duplicate key']);
  });

  it('rejects none for a CHECK that the server does not enforce', async () => {
    const [version] = await column(client, `select current_setting('server_version_num')::int >= 180000`);
    const [soft, enforced] = version === true ? [' not enforced', ['1', '2']] : [' no inherit', ['1']];
    await client.query(`create table coil (id int4 primary key, code text constraint soft check (code <> 'soft')${soft},
      constraint hard check (code <> 'hard'))`);
    const loader = await target.loader(aLoadPlan('coil', ['id', 'code']), aLoaderContext());
    const chunk = aChunk('coil', [
      ['1', 'good'],
      ['2', 'soft'],
      ['3', 'hard'],
    ]);
    await loader.load(chunk);
    await loader.close();
    expect(await column(client, 'select id::text from coil order by id')).toEqual(enforced);
    expect(await column(client, `select reason from cutover.reject where reason = 'check hard'`)).toHaveLength(1);
  });
});
