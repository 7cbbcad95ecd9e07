import { openPostgresTarget } from '../../../src/postgres/open-target';
import { freshDatabase, type FreshDatabase } from '../../support/databases';
import { poolingProxy } from '../../support/pooling-proxy';

describe('a target behind a proxy that pools transactions', () => {
  let database: FreshDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.drop());

  it.each([1, 2, 3])('is found out by the check, with %d sessions behind it', async (sessions) => {
    const proxy = await poolingProxy(database.url, sessions);
    const target = await openPostgresTarget({ url: proxy.url });
    const issues = await target.check();
    expect(issues).toEqual(
      expect.arrayContaining([expect.objectContaining({ code: 'TARGET_POOLED', level: 'error' })]),
    );
    await target.close();
    await proxy.close();
  });

  it('is not suspected where there is none', async () => {
    const target = await openPostgresTarget({ url: database.url });
    expect((await target.check()).map(({ code }) => code)).not.toContain('TARGET_POOLED');
    await target.close();
  });
});
