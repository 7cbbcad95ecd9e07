import { readProgress } from '../../../scripts/soak/traces';
import { openPostgresTarget } from '../../../src/postgres/open-target';
import { freshDatabase } from '../../support/databases';
import { connected } from '../../support/sql';
import { A_RUN } from '../../support/postgres-load';

describe('what a soak reads of the ledger', () => {
  it('is of the run that was created last, as for the program, although the clock was set back in between', async () => {
    const database = await freshDatabase();
    const target = await openPostgresTarget({ url: database.url });
    const client = await connected(database.url);
    try {
      await target.ledger.install();
      for (const id of ['earlier', 'later']) {
        await target.ledger.createRun({ ...A_RUN, id });
      }
      await target.ledger.setState('later', 'complete');
      await client.query("update cutover.run set started_at = started_at - interval '1 day' where id = 'later'");
      expect(await readProgress(database.url)).toMatchObject({ state: 'complete' });
      expect((await target.ledger.findRun())?.id).toBe('later');
    } finally {
      await client.end();
      await target.close();
      await database.drop();
    }
  });
});
