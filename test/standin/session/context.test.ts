import { ScnRegistry } from '../../../src/standin/backend/scn';
import { FaultPlan } from '../../../src/standin/contract/faults';
import { openSession, SessionContext } from '../../../src/standin/session/context';
import type { Database } from '../../../src/standin/session/database';
import { SessionSettings } from '../../../src/standin/session/session-settings';
import { freshDatabase, type FreshDatabase } from '../../support/databases';
import { trivialDialect } from '../support/trivial-dialect';

describe('SessionContext', () => {
  let postgres: FreshDatabase;
  beforeAll(async () => {
    postgres = await freshDatabase('stand-in');
  });
  afterAll(() => postgres.drop());

  it('ends a snapshot session that was still being opened when the client went', async () => {
    const scns = new ScnRegistry({ pgUrl: postgres.url, undoRetentionSeconds: 900, now: Date.now });
    const database: Database = {
      pgUrl: postgres.url,
      users: {},
      serviceName: 'LEGACY',
      release: '19c',
      dialect: trivialDialect(),
      scns,
      faults: new FaultPlan(),
      generation: 0,
    };
    const settings = new SessionSettings('LEGACY', '19c');
    const pg = await openSession(postgres.url, settings);
    const context = new SessionContext({ database, settings, pg, fieldVersion: 12 });
    const opening = context.snapshotSession(String(await scns.take()), []);
    context.close();
    const session = await opening;
    // PostgreSQL closes the connection some moments later; until then questions may still be taken.
    const ended = async (): Promise<unknown> => {
      for (;;) await session.scalar('select 1');
    };
    await expect(ended()).rejects.toThrow('end-of-file on communication channel');
    await scns.close();
  });
});
