import type { Client } from 'pg';
import type { LaneAccess, Target } from '../../../src/core/ports/target';
import { openLaneTarget, openPostgresTarget } from '../../../src/postgres/open-target';
import type { FreshDatabase } from '../../support/databases';
import { targetForEach } from '../../support/opened-target';
import { aChunk, aLoaderContext, aLoadPlan } from '../../support/postgres-load';
import { column } from '../../support/sql';

const plan = aLoadPlan('coil', ['id']);

describe('the target of a lane in another thread', () => {
  let database: FreshDatabase;
  let client: Client;
  let target: Target;

  const opened = targetForEach('create table coil (id int4 primary key)');
  beforeEach(async () => {
    ({ database, client, target } = await opened());
  });

  /** As it arrives over there: what cannot be posted would throw. */
  const posted = (access: LaneAccess): LaneAccess => ({
    place: structuredClone(access.place),
    assureClaim: () => access.assureClaim(),
  });

  async function loadOverThere(access: LaneAccess): Promise<void> {
    const lane = await openLaneTarget({ url: database.url }, posted(access));
    try {
      const loader = await lane.loader(plan, aLoaderContext({ lane: 1 }));
      await loader.load(aChunk('coil', [[1], [2]]));
      await loader.close();
    } finally {
      await lane.close();
    }
  }

  /** Ends the backend that holds the operator's lock, and waits until it is gone. */
  async function endHolder(): Promise<void> {
    const held = `from pg_locks where locktype = 'advisory' and mode = 'ExclusiveLock' and granted
      and database = (select oid from pg_database where datname = current_database())`;
    await client.query(`select pg_terminate_backend(pid) ${held}`);
    while ((await column(client, `select count(*) ${held}`))[0] !== '0');
  }

  it('loads into the same tables and the same ledger', async () => {
    const claim = await target.claimRun('run-1');
    await loadOverThere(target.forLanes());
    await claim.release();
    expect(await column(client, 'select id from coil order by id')).toEqual([1, 2]);
    expect(await column(client, 'select lane from cutover.chunk_load')).toEqual([1]);
  });

  it('has the claim that was lost taken anew by the run that holds it', async () => {
    const claim = await target.claimRun('run-1');
    await endHolder();
    await loadOverThere(target.forLanes());
    const other = await openPostgresTarget({ url: database.url });
    await expect(other.claimRun('run-2')).rejects.toMatchObject({ code: 'RUN_ACTIVE' });
    await claim.release();
    await other.close();
  });

  it('lets no lane in where another operator was faster', async () => {
    const claim = await target.claimRun('run-1');
    await endHolder();
    const other = await openPostgresTarget({ url: database.url });
    const theirs = await other.claimRun('run-2');
    await expect(loadOverThere(target.forLanes())).rejects.toMatchObject({ code: 'RUN_ACTIVE' });
    expect(await column(client, 'select id from coil')).toEqual([]);
    await theirs.release();
    await claim.release();
    await other.close();
  });

  it('claims no run itself', async () => {
    const lane = await openLaneTarget({ url: database.url }, target.forLanes());
    await expect(lane.claimRun('run-1')).rejects.toMatchObject({ code: 'INTERNAL' });
    await lane.close();
  });

  it('loads into the copies of a rehearsal, never into the tables', async () => {
    const shadow = await target.shadow([plan.table]);
    await loadOverThere(shadow.target.forLanes());
    expect(await shadow.target.count(plan.table)).toBe(2);
    expect(await column(client, 'select id from coil')).toEqual([]);
    await shadow.drop();
  });
});
