import type { ResetStep } from '../../../src/core/run/reset';
import { openPostgresTarget } from '../../../src/postgres/open-target';
import { breakingProxy } from '../../support/breaking-proxy';
import { aTargetForEachTest, client, none, ORDER, scene, target } from '../../support/loaded-and-reset';
import { column } from '../../support/sql';

aTargetForEachTest();

describe('what stands in the way of a reset', () => {
  it('is no rule that keeps rows: it is still meanwhile, and there again afterwards', async () => {
    const before = await column(client, 'select count(*) from customer');
    await scene.load();
    await client.query('create rule keep as on delete to customer do instead nothing');
    await scene.resetAll();
    expect(await target.ledger.findRun()).toMatchObject({ state: 'reset' });
    expect(await column(client, 'select count(*) from customer')).toEqual(before);
    expect(await column(client, `select ev_enabled from pg_rewrite where rulename = 'keep'`)).toEqual(['O']);
  });

  it('is another operator, and a lane that is still at work', async () => {
    await scene.load();
    const other = await openPostgresTarget({ url: scene.url });
    const claim = await other.claimRun('run-1');
    await expect(target.claimRun('run-1')).rejects.toMatchObject({ code: 'RUN_ACTIVE' });
    await claim.release();
    await other.close();
    await (await target.claimRun('run-1')).release();
  });
});

describe('rows that can no longer be identified', () => {
  it('are not touched', async () => {
    await scene.load();
    const before = await scene.fingerprint();
    const ways = [
      ['alter table job rename to job_2', 'alter table job_2 rename to job'],
      [
        'update cutover.entity_table set database_oid = 1',
        'update cutover.entity_table set database_oid = (select oid from pg_database where datname = current_database())',
      ],
      [
        `update cutover.entity_table set system_identifier = '1'`,
        'update cutover.entity_table set system_identifier = null',
      ],
      [
        'update cutover.chunk_load set written_by = array[written_by[1] - 2147483648]',
        'update cutover.chunk_load set written_by = array[written_by[1] + 2147483648]',
      ],
      [
        'update cutover.chunk_load set written_by = array[written_by[1] + 9999999]',
        'update cutover.chunk_load set written_by = array[written_by[1] - 9999999]',
      ],
      [
        'update cutover.entity_table set table_oid = null',
        'drop table job; create table job (id int4, coil_id int4, year int4)',
      ],
    ] as const;
    for (const [change, undo] of ways) {
      await client.query(change);
      await expect(scene.resetAll()).rejects.toMatchObject({ code: 'RESET_IMPOSSIBLE' });
      await client.query(undo);
      if (!undo.startsWith('drop')) expect(await scene.fingerprint()).toEqual(before);
    }
    await expect(scene.resetAll()).rejects.toMatchObject({ code: 'RESET_IMPOSSIBLE' });
  });

  it('are no obstacle where their table is gone', async () => {
    await scene.load();
    await client.query('drop table job');
    expect(await scene.resetAll()).toMatchObject({
      gone: ['job'],
      entities: [{ entity: 'coil' }, { entity: 'customer' }],
    });
  });
});

describe('a crash in the middle of a reset', () => {
  it('leaves the run whole or undone, and a second reset ends it', async () => {
    const before = await scene.fingerprint();
    await scene.load();
    const loaded = await scene.fingerprint();
    for (const step of ['locked', 'checked', 'cleared-way', 'removed', 'restored', 'recorded', 'committed'] as const) {
      await expect(resetUntil(step)).rejects.toThrow('resetting run run-1 failed');
      const { state } = (await target.ledger.findRun())!;
      expect([step, state]).toEqual([step, step === 'committed' ? 'reset' : 'complete']);
      if (state === 'complete') expect(await scene.fingerprint()).toEqual(loaded);
    }
    expect((await scene.resetAll()).sequences).toHaveLength(2);
    expect(await scene.fingerprint()).toEqual(before);
  });

  it('can happen before any fifth message', async () => {
    const before = await scene.fingerprint();
    await scene.load({ until: 'loaded' });
    const loaded = await scene.fingerprint();
    let crashes = 0;
    let wholes = 0;
    while (!(await resetThrough(crashes * 5 + 1))) {
      crashes++;
      const { state } = (await target.ledger.findRun())!;
      if (state === 'reset') continue;
      wholes++;
      // Comparing at every one would take minutes.
      if (crashes % 3 === 0) expect(await scene.fingerprint()).toEqual(loaded);
    }
    expect(wholes).toBeGreaterThan(8);
    await scene.resetAll();
    expect(await scene.fingerprint()).toEqual(before);
  });

  async function resetUntil(step: ResetStep): Promise<unknown> {
    const dying = await openPostgresTarget({ url: scene.url });
    try {
      return await dying.reset({ ...ORDER, scope: 'all' }, (name, facts) => {
        if (name === 'reset:step' && 'at' in facts && facts.at === step) throw new Error('dies');
      });
    } finally {
      await dying.close();
    }
  }

  /** Resets over a connection that breaks instead of sending its n-th message. Whether it got to the end. */
  async function resetThrough(messages: number): Promise<boolean> {
    const proxy = await breakingProxy(scene.url, messages);
    const dying = await openPostgresTarget({ url: proxy.url }).catch(() => null);
    const outcome = await dying?.reset({ ...ORDER, scope: 'all' }, none).catch(() => null);
    await dying?.close();
    await proxy.close();
    return outcome !== undefined && outcome !== null;
  }
});
