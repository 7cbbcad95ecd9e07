import { aTargetForEachTest, client, scene, tableOf, target } from '../../support/loaded-and-reset';
import { aChunk, aLoaderContext, aLoadPlan, A_RUN } from '../../support/postgres-load';
import { column } from '../../support/sql';

aTargetForEachTest();

describe('rows that a run has overwritten', () => {
  const FILLED = `create table stock (id int4 generated always as identity primary key, code text unique, n numeric,
      twice numeric generated always as (n * 2) stored, gone text, parent int4 references stock);
    alter table stock drop column gone;
    insert into stock (code, n, parent) values ('a, "b"', 1.50, null), (E'\\\\', null, 1), ('', 3, 2), ('d', 4, 4);
    create table of_stock (stock_id int4 references stock on delete cascade, code text references stock (code));
    insert into of_stock select id, case id when 2 then code end from stock where id <> 3`;

  /** Overwrites rows as a load under `--on-conflict update` does. */
  async function overwrite(ids: readonly number[], change: string): Promise<void> {
    await client.query(`begin;
      insert into cutover.entity_table select 'run-1', 'stock', 'public', 'stock', '{id}', 'stock'::regclass, d.oid
        from pg_database d where datname = current_database();
      insert into cutover.replaced select 'run-1', 'stock', 0, id, s::text from stock s where id in (${ids.join(', ')});
      ${change};
      insert into stock (code, n) values ('new', 9);
      insert into cutover.chunk_load (run, entity, chunk, lane, inserted, updated, rejected, written_by)
        values ('run-1', 'stock', 0, 0, 1, ${ids.length}, 0, array[txid_current()]);
      commit`);
  }

  beforeEach(async () => {
    await client.query(FILLED);
    await target.ledger.install();
    await target.ledger.createRun(A_RUN);
  });

  it('get their former values back, also where others have exchanged unique ones, and keep their children', async () => {
    const before = (await scene.fingerprint())['public.stock'];
    const children = (await scene.fingerprint())['public.of_stock'];
    await overwrite(
      [1, 3, 4],
      `update stock set code = code || 'x' where id in (1, 3, 4);
      update stock set code = 'a, "b"' where id = 3; update stock set parent = null, n = -1 where id in (3, 4)`,
    );
    expect(await scene.resetAll()).toMatchObject({ entities: [{ removed: 1, putBack: 3, left: 0 }] });
    expect((await scene.fingerprint())['public.stock']).toEqual(before);
    expect((await scene.fingerprint())['public.of_stock']).toEqual(children);
    expect(await column(client, 'select before from cutover.replaced')).toEqual([]);
  });

  it('are left where others have changed or deleted them since', async () => {
    await overwrite([1, 2], `update stock set n = 100 where id in (1, 2)`);
    await client.query(
      'update stock set n = 7 where id = 1; delete from of_stock; delete from stock where id in (3, 2)',
    );
    expect(await scene.resetAll('run-1', 'leave')).toMatchObject({ entities: [{ removed: 1, putBack: 0, left: 2 }] });
    expect(await column(client, 'select n from stock order by id')).toEqual(['7', '4']);
  });

  it('stop the reset where what they referred to is gone, or where they no longer fit', async () => {
    await overwrite([2], `update stock set parent = null where id = 2`);
    await client.query('delete from of_stock where stock_id = 1; delete from stock where id = 1');
    const before = await scene.fingerprint();
    await expect(scene.resetAll()).rejects.toMatchObject({ code: 'RESET_BLOCKED' });
    expect(await scene.fingerprint()).toEqual(before);
    await client.query(`insert into stock (id, code, n) overriding system value values (1, 'f', 1);
      alter table stock add constraint filled check (n is not null) not valid`);
    await expect(scene.resetAll()).rejects.toMatchObject({ code: 'RESET_IMPOSSIBLE', facts: { constraint: 'filled' } });
  });
});

describe('sequences after a reset', () => {
  it('stay where others have drawn numbers since', async () => {
    await scene.load();
    await client.query(`select nextval('customer_id_seq')`);
    const { sequences } = await scene.resetAll();
    expect(sequences).toEqual([
      { sequence: 'customer_id_seq', state: 'left' },
      { sequence: expect.stringContaining('_id_seq') as string, state: 'set-back' },
    ]);
    expect(await column(client, 'select last_value from customer_id_seq')).toEqual(['13']);
  });

  it('stay where rows of others have numbers that were drawn during the load', async () => {
    await scene.load({ until: 'half' });
    await client.query(`insert into customer (code) values ('during')`);
    await scene.loadChunks('run-1', 2);
    await scene.finishRun('run-1', 'reject');
    const { sequences } = await scene.resetAll();
    expect(sequences).toContainEqual({ sequence: 'customer_id_seq', state: 'in-use' });
    expect(await column(client, `insert into customer (code) values ('after') returning id`)).toEqual([13]);
  });
});

describe('a sequence that the load draws from', () => {
  it('is set back with the rows that it numbered', async () => {
    await client.query(`create table tag (id serial primary key, code text); insert into tag (code) values ('own')`);
    const before = await scene.fingerprint();
    await target.ledger.install();
    await target.ledger.createRun(A_RUN);
    await target.setObjectsAside('run-1', [tableOf('tag')]);
    const loader = await target.loader(aLoadPlan('tag', ['code'], []), aLoaderContext());
    await loader.load(aChunk('tag', [['a'], ['b']]));
    await loader.close();
    await target.restoreObjects('run-1');
    await target.advanceSequences('run-1', [tableOf('tag')]);
    expect(await column(client, 'select id from tag')).toEqual([1, 2, 3]);
    expect((await scene.resetAll()).sequences).toEqual([{ sequence: 'tag_id_seq', state: 'set-back' }]);
    expect(await scene.fingerprint()).toEqual(before);
  });
});
