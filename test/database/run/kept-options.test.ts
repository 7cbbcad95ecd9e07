import { DEFAULT_MIGRATION, runMigration, type MigrationRequest } from '../../../src/app/run-migration';
import type { Emit } from '../../../src/core/run/events';
import { openPostgresTarget } from '../../../src/postgres/open-target';
import { startAbis, type Abis } from '../../support/abis';

let abis: Abis;

beforeAll(async () => {
  abis = await startAbis({ scale: 0.3 });
});
afterAll(() => abis.stop());

function start(request: Partial<MigrationRequest>, until: 'chunk:loaded' | 'run:started' | 'its end') {
  const stopping = new AbortController();
  const emit: Emit = (name) => {
    if (name === until) stopping.abort();
  };
  const ui = { emit, signal: stopping.signal, confirm: () => Promise.resolve() };
  return runMigration(abis.project, { ...DEFAULT_MIGRATION, ...request }, ui);
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
    const target = await openPostgresTarget(abis.project.target);
    try {
      const run = await target.ledger.findRun();
      expect(run?.settings).toMatchObject({ ...options, lanes: 3, validate: 'after' });
      expect((await target.ledger.trail(run!.id)).starts.map(({ lanes }) => lanes)).toEqual([2, 3, 3]);
    } finally {
      await target.close();
    }
  });
});
