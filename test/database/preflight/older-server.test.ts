import { openPostgresTarget } from '../../../src/postgres/open-target';
import { freshDatabase } from '../../support/databases';
import { asOlderServer } from '../../support/older-server';

describe('a target on a server', () => {
  it.each([
    ['older than 13 is refused, with its version', 120_022, '12.22', 1],
    ['of version 13 is not refused', 130_000, '13.0', 0],
  ])('%s', async (_, number, name, refusals) => {
    const database = await freshDatabase();
    const target = await openPostgresTarget({ url: await asOlderServer(database.url, { number, name }) });
    const refusal = {
      code: 'TARGET_VERSION',
      level: 'error',
      message: `the target is PostgreSQL ${name}; 13 is the oldest that works`,
    };
    const found = (await target.check()).filter(({ code }) => code === 'TARGET_VERSION');
    await target.close();
    await database.drop();
    expect(found).toMatchObject(Array.from({ length: refusals }, () => refusal));
    expect(found).toHaveLength(refusals);
  });
});
