import type { Client } from 'pg';
import type { ChunkStep } from '../../../src/core/run/events';
import type { ChunkLoader, Target } from '../../../src/core/ports/target';
import { openPostgresTarget } from '../../../src/postgres/open-target';
import type { FreshDatabase } from '../../support/databases';
import { targetForEach } from '../../support/opened-target';
import { aChunk, aLoaderContext, aLoadPlan } from '../../support/postgres-load';
import { silentTarget } from '../../support/silent-proxy';
import { column } from '../../support/sql';

let database: FreshDatabase;
let client: Client;
let target: Target;

const opened = targetForEach(`create table coil (id int4 primary key);
  create table skid (id int4 primary key);
  create function changing() returns trigger language plpgsql as
    $$begin perform set_config('work_mem', '1234kB', false); return new; end$$`);
beforeEach(async () => {
  ({ database, client, target } = await opened());
});

const plan = (table: string) => aLoadPlan(table, ['id']);

/** The backends of the product, the claim's and the tests' own excepted. */
const backends = (): Promise<unknown[]> =>
  column(
    client,
    `select pid from pg_stat_activity where datname = current_database() and application_name = 'cutover' order by pid`,
  );

/** A closed connection is gone from the server a moment later. */
async function expectGone(pids: readonly unknown[]): Promise<void> {
  const left = async (): Promise<unknown[]> => (await backends()).filter((pid) => pids.includes(pid));
  for (let looks = 0; looks < 100 && (await left()).length > 0; looks += 1) await client.query('select pg_sleep(0.05)');
  expect(await left()).toEqual([]);
}

async function loaded(table: string, on = target): Promise<unknown> {
  const loader = await on.loader(plan(table), aLoaderContext());
  try {
    return await loader.load(aChunk(table, [[1], [2]]));
  } finally {
    await loader.close();
  }
}

describe('the session of a lane that is done', () => {
  it('is taken over by the next lane, for another table', async () => {
    await loaded('coil');
    const before = await backends();
    expect(before).toHaveLength(1);
    expect(await loaded('skid')).toMatchObject({ kind: 'loaded', inserted: 2 });
    expect(await backends()).toEqual(before);
  });

  it('is taken over by the retry of rejected rows, and by a lane from it', async () => {
    await loaded('coil');
    const before = await backends();
    const again = await target.rejectLoader(plan('skid'), { runId: 'run-1', fingerprint: 'f' });
    expect(await backends()).toEqual(before);
    await again.close();
    expect(await loaded('skid')).toMatchObject({ kind: 'loaded', inserted: 2 });
    expect(await backends()).toEqual(before);
  });

  it('is kept without the locks and the temporary tables of the lane', async () => {
    await client.query(`create or replace function changing() returns trigger language plpgsql as
        $$begin create temp table if not exists kept_by_trigger (n int4); perform pg_advisory_lock(7); return new; end$$;
      create trigger changing before insert on coil for each row execute function changing()`);
    await loaded('coil');
    const [temporary, locks] = await Promise.all([
      column(client, `select relname from pg_class where relname = 'kept_by_trigger'`),
      column(
        client,
        `select objid from pg_locks where locktype = 'advisory'
         and database = (select oid from pg_database where datname = current_database())`,
      ),
    ]);
    expect([temporary, locks]).toEqual([[], []]);
    expect(await backends()).toHaveLength(1);
  });

  it('is not kept where a trigger of the target has changed its settings', async () => {
    await client.query('create trigger changing before insert on coil for each row execute function changing()');
    const loader = await target.loader(plan('coil'), aLoaderContext());
    const during = await backends();
    expect(await loader.load(aChunk('coil', [[1]]))).toMatchObject({ kind: 'loaded' });
    await loader.close();
    await expectGone(during);
    expect(await loaded('skid')).toMatchObject({ kind: 'loaded' });
  });

  it('is not kept where a chunk has failed', async () => {
    const emit = (_name: string, facts: unknown): void => {
      if ((facts as { step: ChunkStep }).step === 'copied') throw new RangeError('in the middle of a chunk');
    };
    const loader = await target.loader(plan('coil'), aLoaderContext({ emit }));
    const during = await backends();
    await expect(loader.load(aChunk('coil', [[1]]))).rejects.toThrow();
    await loader.close();
    await expectGone(during);
  });

  it('is kept where a chunk that failed was loaded after all', async () => {
    let failures = 0;
    const emit = (_name: string, facts: unknown): void => {
      if ((facts as { step: ChunkStep }).step === 'copied' && ++failures === 1) throw new RangeError('once');
    };
    const loader = await target.loader(plan('coil'), aLoaderContext({ emit }));
    await expect(loader.load(aChunk('coil', [[1]]))).rejects.toThrow();
    expect(await loader.load(aChunk('coil', [[1]]))).toMatchObject({ kind: 'loaded' });
    const during = await backends();
    await loader.close();
    await loaded('skid');
    expect(await backends()).toEqual(during);
  });

  it('is not kept where another of the same target is lost: what has cut that one off may have cut off this one', async () => {
    const lanes: ChunkLoader[] = [];
    for (const lane of [0, 1, 2]) lanes.push(await target.loader(plan('coil'), aLoaderContext({ lane })));
    const [lost, ...kept] = lanes;
    await Promise.all(kept.map((lane) => lane.close()));
    const [working] = await column(
      client,
      `select pid from pg_locks where locktype = 'advisory' and granted
         and database = (select oid from pg_database where datname = current_database())`,
    );
    const during = await backends();
    expect(during).toHaveLength(3);
    await client.query('select pg_terminate_backend($1)', [working]);
    await lost?.load(aChunk('coil', [[1]])).catch(() => undefined);
    await lost?.close();
    await expectGone(during);
  });
});

describe('the session of a lane that is done, and that dies before the next lane', () => {
  it('is replaced by another where the server has ended it, and the lane knows nothing of it', async () => {
    await loaded('coil');
    const before = await backends();
    await client.query('select pg_terminate_backend(pid) from unnest($1::int4[]) pid', [before]);
    expect(await loaded('skid')).toMatchObject({ kind: 'loaded', inserted: 2 });
    await expectGone(before);
  });

  it('is replaced by another where it has fallen silent, which is told', async () => {
    const told: string[] = [];
    const proxy = await silentTarget(database.url);
    const settings = { url: proxy.url, stallTimeoutMs: 600, connectTimeoutMs: 60_000 };
    const silent = await openPostgresTarget(settings, (message) => {
      told.push(message);
    });
    try {
      await loaded('coil', silent);
      proxy.silence();
      expect(await loaded('skid', silent)).toMatchObject({ kind: 'loaded', inserted: 2 });
      expect(told[0]).toMatch(/^the target has not answered since/);
    } finally {
      await silent.close();
      await proxy.close();
    }
  });

  it('is not replaced a second time where the target has gone', async () => {
    const proxy = await silentTarget(database.url);
    const gone = await openPostgresTarget({ url: proxy.url });
    await loaded('coil', gone);
    await proxy.close();
    await expect(gone.loader(plan('skid'), aLoaderContext())).rejects.toMatchObject({
      code: 'TARGET_UNREACHABLE',
      retryable: true,
    });
    await gone.close();
  });
});
