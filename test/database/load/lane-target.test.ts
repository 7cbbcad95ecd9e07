import type { Client } from 'pg';
import type { LaneAccess, Target } from '../../../src/core/ports/target';
import { openLaneTarget, openPostgresTarget } from '../../../src/postgres/open-target';
import type { FreshDatabase } from '../../support/databases';
import { targetForEach } from '../../support/opened-target';
import { aChunk, aLoaderContext, aLoadPlan, A_RUN } from '../../support/postgres-load';
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

  const createRun = (id: string) => target.ledger.createRun({ ...A_RUN, id });

  it('has the claim that was lost taken anew by the run that holds it', async () => {
    await createRun('run-1');
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

  describe('of an operator that was cut off for so long that its run is taken back', () => {
    let other: Target;
    beforeEach(async () => {
      await createRun('run-1');
      other = await openPostgresTarget({ url: database.url });
    });
    afterEach(() => other.close());

    const takeBack = async (): Promise<void> => {
      const theirs = await other.claimRun('run-1');
      await other.reset({ runId: 'run-1', scope: 'all', changed: 'refuse', edited: 'refuse' }, () => undefined);
      await theirs.release();
    };
    const refused = { code: 'RUN_ACTIVE', message: expect.stringContaining('has reset run run-1') as string };

    it.each([
      ['is reset', () => Promise.resolve()],
      ['is reset and gone from the ledger', () => other.ledger.drop({ runId: 'run-1' })],
      ['is reset and gone with the ledger', () => other.ledger.drop('all')],
    ])('loads nothing more, in no thread and again: the run %s', async (_, then) => {
      const claim = await target.claimRun('run-1');
      await loadOverThere(target.forLanes());
      await endHolder();
      await takeBack();
      await then();
      for (let times = 0; times < 2; times += 1) {
        await expect(target.loader(plan, aLoaderContext())).rejects.toMatchObject(refused);
        await expect(target.restoreForeignKeys('run-1', [])).rejects.toMatchObject(refused);
      }
      expect(await column(client, 'select id from coil')).toEqual([]);
      await claim.release();
      await (await other.claimRun('run-2')).release();
    });

    it('does not change what the ledger says of the run', async () => {
      await takeBack();
      await target.ledger.setState('run-1', 'failed');
      expect(await target.ledger.findRun('run-1')).toMatchObject({ state: 'reset' });
    });
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
