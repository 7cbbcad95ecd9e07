import {
  aTargetForEachTest,
  client,
  COIL,
  ENTITIES,
  type Loading,
  none,
  ORDER,
  scene,
  tableOf,
  target,
} from '../../support/loaded-and-reset';
import { aChunk, aLoaderContext, aLoadPlan, A_RUN } from '../../support/postgres-load';
import { beforePostgres, fromPostgres } from '../../support/server-version';
import { column } from '../../support/sql';

aTargetForEachTest();

describe('reset', () => {
  const leavesAsItWas = async (_: string, loading: Loading): Promise<void> => {
    const before = await scene.fingerprint();
    await scene.load(loading);
    expect(await scene.fingerprint()).not.toEqual(before);
    const planned = await target.resetPlan({ ...ORDER, scope: 'all' });
    const outcome = await scene.resetAll();
    expect(outcome).toMatchObject(planned);
    expect(outcome.entities.map(({ left }) => left)).toEqual([0, 0, 0]);
    expect(outcome.notValid).toEqual([]);
    expect(await scene.fingerprint()).toEqual(before);
    expect(await target.ledger.findRun()).toMatchObject({ state: 'reset' });
    expect(await scene.resetAll()).toMatchObject({ entities: [], sequences: [] });
    expect(await scene.fingerprint()).toEqual(before);
  };
  it.each<[string, Loading]>([
    ['a complete run', {}],
    ['a complete run whose orphans were cleared', { policy: 'null' }],
    ['a run that was cut off after its load', { until: 'loaded' }],
    ['a run that was cut off between two chunks', { until: 'half' }],
  ])('leaves the target as it was before %s', leavesAsItWas);
  fromPostgres(18).each<[string, Loading]>([['a complete run whose orphans were kept', { policy: 'keep' }]])(
    'leaves the target as it was before %s (PostgreSQL 18: a key of a partitioned table)',
    leavesAsItWas,
  );

  it('refuses to leave rows that others have changed or taken away since, unless told to, and counts what it can no longer tell', async () => {
    await scene.load();
    await client.query(`insert into customer (id, code) values (50, 'theirs'); insert into job values (50, 1, 2012);
      update customer set code = 'changed' where id = 11; delete from job where id = 12; delete from ${COIL} where id = 13`);
    const changed = await scene.fingerprint();
    await expect(scene.resetAll()).rejects.toMatchObject({
      code: 'RESET_BLOCKED',
      message: expect.stringMatching(/^3 rows of run run-1 were .*: coil \(1\), customer \(1\), job \(1\)$/) as string,
      hint: expect.stringContaining('--leave-changed') as string,
    });
    expect(await scene.fingerprint()).toEqual(changed);
    const { entities } = await scene.resetAll('run-1', 'leave');
    expect((await target.ledger.findRun())?.settings).toMatchObject({ leftByReset: 3 });
    expect(entities.map(({ entity, removed, left }) => [entity, removed, left])).toEqual([
      ['coil', 2, 1],
      ['customer', 2, 1],
      ['job', 1, 1],
    ]);
    expect(await column(client, 'select code from customer order by id')).toEqual([
      'first',
      'second',
      'changed',
      'theirs',
    ]);
    expect(await column(client, 'select id from job order by id')).toEqual([1, 50]);
  });

  it('refuses while rows that would stay refer to the run, names them, and changes nothing', async () => {
    await client.query(`create table "Un mapped" (coil_id int4 references ${COIL} on delete cascade,
      customer_id int4 references customer on delete set null)`);
    await scene.load();
    await client.query(`insert into "Un mapped" values (10, 11), (11, null), (1, null);
      insert into customer (id, parent_id, code) select n, 10, 'child ' || n from generate_series(60, 66) n`);
    const before = await scene.fingerprint();
    const refused = {
      code: 'RESET_BLOCKED',
      message: expect.stringMatching(
        /public\.Un mapped by .*coil_id_fkey \(2\), public\.Un mapped by .*customer_id_fkey \(1\), public\.customer by Parent's \(7: \["60"\], \["61"\], .*, …\)$/,
      ) as string,
    };
    await expect(target.resetPlan({ ...ORDER, scope: 'all' })).rejects.toMatchObject(refused);
    await expect(scene.resetAll()).rejects.toMatchObject(refused);
    expect(await scene.fingerprint()).toEqual(before);
    await client.query(
      'delete from "Un mapped" where customer_id = 11 or coil_id > 1; delete from customer where id between 60 and 66',
    );
    expect((await scene.resetAll()).entities).toHaveLength(3);
    expect(await column(client, 'select coil_id from "Un mapped"')).toEqual([1]);
  });

  it.each<[string, Loading]>([
    ['complete', {}],
    ['cut off', { until: 'loaded' }],
  ])('takes one entity of a %s run back, which a resume then loads again', async (_, loading) => {
    await scene.load(loading);
    const loaded = await scene.fingerprint();
    const rejects = await column(client, 'select key from cutover.reject order by entity, key');
    const { entities } = await target.reset({ ...ORDER, scope: ['job'] }, none);
    expect(await column(client, 'select what from audit')).toEqual([]);
    expect(entities).toMatchObject([{ entity: 'job', left: 0 }]);
    expect(await column(client, 'select id from job')).toEqual([1]);
    expect(await target.ledger.findRun()).toMatchObject({ state: 'interrupted' });
    expect((await target.ledger.progress('run-1')).map(({ entity }) => entity)).toEqual(['customer', 'coil']);
    const tables = ENTITIES.map(tableOf);
    await target.setForeignKeysAside('run-1', tables);
    await target.setObjectsAside('run-1', tables);
    await scene.loadChunks('run-1', 2, ['job']);
    if (loading.until === undefined) {
      const verdicts = await scene.finishRun('run-1', 'reject');
      expect(verdicts.map(({ orphans }) => orphans)).toEqual([1, 1, 1, 1]);
    }
    expect(await scene.fingerprint()).toEqual(loaded);
    expect(await column(client, 'select key from cutover.reject order by entity, key')).toEqual(rejects);
  });

  it('refuses to take parents back without their children', async () => {
    await scene.load();
    await expect(target.reset({ ...ORDER, scope: ['coil'] }, none)).rejects.toMatchObject({
      code: 'RESET_BLOCKED',
      hint: expect.stringContaining('--entity') as string,
    });
    expect((await target.reset({ ...ORDER, scope: ['coil', 'job', 'customer'] }, none)).entities).toHaveLength(3);
  });

  it('tells the rows of two runs apart', async () => {
    const before = await scene.fingerprint();
    await scene.load();
    const first = await scene.fingerprint();
    await target.ledger.createRun({ ...A_RUN, id: 'run-2' });
    const loader = await target.loader(aLoadPlan('customer', ['id', 'code']), aLoaderContext({ runId: 'run-2' }));
    await loader.load(
      aChunk('customer', [
        ['30', 'x'],
        ['31', 'y'],
      ]),
    );
    await loader.close();
    expect((await scene.resetAll('run-2')).entities).toMatchObject([{ removed: 2, left: 0 }]);
    expect(await scene.fingerprint()).toEqual(first);
    await scene.resetAll();
    expect(await scene.fingerprint()).toEqual(before);
  });

  beforePostgres(18)('names a key of a partitioned table that rows of others break, and changes nothing', async () => {
    await scene.load({ until: 'loaded' });
    await client.query('insert into job values (70, 7777, 2013)');
    const before = await scene.fingerprint();
    const refused = { code: 'LOAD_FAILED', message: expect.stringContaining('of_coil of public.job cannot') as string };
    await expect(scene.resetAll()).rejects.toMatchObject(refused);
    expect(await scene.fingerprint()).toEqual(before);
    await client.query('delete from job where id = 70');
    expect((await scene.resetAll()).notValid).toEqual([]);
  });

  fromPostgres(18)(
    'puts foreign keys that rows of others break back NOT VALID, and says so (PostgreSQL 18)',
    async () => {
      await scene.load({ until: 'loaded' });
      await client.query('insert into job values (70, 7777, 2013)');
      expect((await scene.resetAll()).notValid).toEqual(['of_coil']);
      expect(
        await column(client, `select convalidated from pg_constraint where conname = 'of_coil' and conparentid = 0`),
      ).toEqual([false]);
    },
  );
});
