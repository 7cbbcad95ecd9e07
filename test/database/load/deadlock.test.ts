import type { Client } from 'pg';
import type { TargetRow } from '../../../src/core/mapping/wire';
import type { ChunkLoader, Target } from '../../../src/core/ports/target';
import { aChunk, aLoaderContext, aLoadPlan } from '../../support/postgres-load';
import { column } from '../../support/sql';
import { targetForEach } from '../../support/opened-target';

const plan = aLoadPlan('coil', ['id', 'code']);

describe('two lanes in a deadlock', () => {
  let client: Client;
  let target: Target;

  const opened = targetForEach('create table coil (id int4 primary key, code text)');
  beforeEach(async () => {
    ({ client, target } = await opened());
    await client.query(
      `do $$ begin execute format('alter database %I set deadlock_timeout = 50', current_database()); end $$`,
    );
  });

  /** Resolves when so many sessions wait for a lock. */
  async function waiting(sessions: number): Promise<void> {
    const count = `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    for (let found = -1; found < sessions;) found = Number((await column(client, count))[0]);
  }

  const deadlocks = async (): Promise<number> => {
    const counted = 'select deadlocks from pg_stat_database where datname = current_database()';
    return Number((await column(client, counted))[0]);
  };

  it('both end: the one that the server picks sends its chunk again', async () => {
    const lanes = await Promise.all([0, 1].map((lane) => target.loader(plan, aLoaderContext({ lane }))));
    const [one, other] = lanes as [ChunkLoader, ChunkLoader];
    const row = (id: number): TargetRow => [id, `C${id}`];
    // Each lane has its first row in the table and comes to a halt at its second.
    await client.query('begin');
    await client.query('insert into coil values (501), (502)');
    const loads = Promise.all([
      one.load(aChunk('coil', [row(1), row(501), row(1000)], { id: { entity: 'coil', chunk: 0 } })),
      other.load(aChunk('coil', [row(1000), row(502), row(1)], { id: { entity: 'coil', chunk: 1 } })),
    ]);
    await waiting(2);
    // From here on the third row of each is the first of the other.
    await client.query('rollback');
    const results = await loads;
    await Promise.all(lanes.map((lane) => lane.close()));
    expect(await column(client, 'select id from coil order by id')).toEqual([1, 501, 502, 1000]);
    const counts = results.map((result) => (result.kind === 'loaded' ? [result.inserted, result.rejected] : null));
    expect(counts.sort()).toEqual([
      [1, 2],
      [3, 0],
    ]);
    expect(await column(client, 'select count(*) from cutover.reject')).toEqual(['2']);
    await client.query('select pg_stat_clear_snapshot()');
    expect(await deadlocks()).toBe(1);
  });
});
