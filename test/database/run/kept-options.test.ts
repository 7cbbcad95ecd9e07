import { DEFAULT_MIGRATION, runMigration, type MigrationRequest } from '../../../src/app/run-migration';
import type { WaitLimits } from '../../../src/app/project/databases';
import type { Emit } from '../../../src/core/run/events';
import { openPostgresTarget } from '../../../src/postgres/open-target';
import { startAbis, type Abis } from '../../support/abis';
import { QUIET } from '../../support/quiet';
import { connected } from '../../support/sql';
import { runReset } from '../../../src/app/run-reset';

let abis: Abis;

beforeAll(async () => {
  abis = await startAbis({ scale: 0.3 });
});
afterAll(() => abis.stop());

function start(
  request: Partial<MigrationRequest>,
  until: 'chunk:loaded' | 'run:started' | 'its end',
  waits: WaitLimits = {},
  notices: unknown[] = [],
) {
  const project = { ...abis.project, target: { ...abis.project.target, ...waits } };
  const stopping = new AbortController();
  const emit: Emit = (name, facts) => {
    if (name === until) stopping.abort();
    if (name === 'notice') notices.push(facts);
  };
  const ui = { emit, signal: stopping.signal, confirm: () => Promise.resolve() };
  return runMigration(project, { ...DEFAULT_MIGRATION, ...request }, ui);
}

async function lastRun() {
  const target = await openPostgresTarget(abis.project.target);
  try {
    const run = await target.ledger.findRun();
    return run === null ? null : { ...run, starts: (await target.ledger.trail(run.id)).starts };
  } finally {
    await target.close();
  }
}

describe('a run that is resumed without any option', () => {
  it('goes on with all that it was started with, or was given last', async () => {
    const where = { customer: 'mod(CUST_ID, 2) = 0' };
    const rejectLimit = { kind: 'rows', rows: 60 } as const;
    const options = { batchSize: 20, lanes: 2, reconnectMs: 7_000, validate: 'no', where, rejectLimit } as const;
    const first = { ...options, entities: ['customer'], snapshot: 'none' } as const;
    expect((await start(first, 'chunk:loaded')).outcome?.state).toBe('interrupted');
    const again = await start({ resume: {}, lanes: 3, validate: 'after' }, 'run:started');
    expect(again.outcome?.state).toBe('interrupted');
    const last = await start({ resume: {} }, 'its end');
    expect(last.outcome).toMatchObject({ state: 'complete', scn: null, rejects: { allowed: 60 } });
    expect(last.outcome?.entities).toHaveLength(1);
    expect(last.outcome?.entities[0]?.tally.filtered).toBeGreaterThan(0);
    expect(last.verdicts).toHaveLength(1);
    const run = await lastRun();
    expect(run?.settings).toMatchObject({ ...options, lanes: 3, validate: 'after' });
    expect(run?.starts.map(({ lanes }) => lanes)).toEqual([2, 3, 3]);
  });

  it('waits for its databases as long as at its start, and says where it is told otherwise', async () => {
    const { target } = abis.project;
    await runReset(target, { runId: (await lastRun())?.id ?? '', entities: [] }, QUIET);
    const rejectLimit = { kind: 'percent', percent: 100 } as const;
    const first = { entities: ['customer'], batchSize: 20, validate: 'no', rejectLimit } as const;
    const waits = { stallTimeoutMs: 90_000, lockTimeoutMs: 1_000 };
    expect((await start(first, 'chunk:loaded', waits)).outcome?.state).toBe('interrupted');
    const holder = await connected(target.url);
    await holder.query('begin; lock table customer in access exclusive mode');
    // Longer than its own limit, shorter than the default: with that the run would come to its end.
    const release = setTimeout(() => void holder.query('rollback'), 30_000);
    const refused = await start({ resume: {} }, 'its end').then(
      ({ outcome }) => outcome?.entities[0]?.because ?? outcome?.state,
      (error: unknown) => error,
    );
    expect(refused).toMatchObject({
      message: expect.stringContaining('a lock on customer is held by backend') as string,
    });
    clearTimeout(release);
    await holder.end();
    const notices: unknown[] = [];
    const again = await start({ resume: {} }, 'its end', { lockTimeoutMs: 45_000 }, notices);
    expect(again.outcome?.state).toBe('complete');
    expect(notices).toContainEqual({
      message: expect.stringContaining('with --lock-timeout 45 instead of --lock-timeout 1') as string,
    });
    expect((await lastRun())?.settings).toMatchObject({ ...waits, lockTimeoutMs: 45_000 });
  });
});
