import { setImmediate as tick } from 'node:timers/promises';
import { openWire } from '../../../src/standin/backend/open-wire';
import { PgSession } from '../../../src/standin/backend/pg-session';
import { freshDatabase } from '../../support/databases';
import { column, connected } from '../../support/sql';

describe('a statement that is cancelled', () => {
  it('at any moment ends its row alone: the transaction and the rows before it stay', async () => {
    const database = await freshDatabase('stand-in');
    const client = await connected(database.url);
    await client.query('create table written (nth int4)');
    const session = new PgSession(await openWire(database.url));
    let kept = 0;
    let cancelled = 0;
    // Of the short ones a cancel may meet any moment, or come too late; the long ones end by a cancel alone.
    await session.prepare('short', 'insert into written select 1 from pg_sleep(0.001)', []);
    await session.prepare('long', 'insert into written select 1 from pg_sleep(600)', []);
    for (let nth = 0; nth < 150; nth += 1) {
      const call = session.write(nth % 3 === 2 ? 'long' : 'short', [[]]);
      const over = { yes: false };
      const ended = call.finally(() => (over.yes = true));
      for (let wait = 0; wait < nth % 6; wait += 1) await tick();
      while (nth % 3 > 0 && !over.yes) {
        await session.cancel();
        await tick();
      }
      const { error } = await ended;
      if (error === undefined) kept += 1;
      else cancelled += 1;
      expect(error?.sqlState ?? '57014').toBe('57014');
      expect(session.state).toBe(kept === 0 ? 'none' : 'writing');
    }
    expect(kept).toBeGreaterThan(0);
    expect(cancelled).toBeGreaterThan(0);
    await session.commit();
    expect(await column(client, 'select count(*) from written')).toEqual([String(kept)]);
    session.end();
    await client.end();
    await database.drop();
  });
});
