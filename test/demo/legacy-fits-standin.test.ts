import { Client } from 'pg';
import { abisLegacy } from '../../src/demo/legacy/generate';
import { applyDdl } from '../../src/standin/catalog/apply-ddl';
import { installCatalog } from '../../src/standin/catalog/install-catalog';
import { seedTable } from '../../src/standin/catalog/seed-table';
import { freshDatabase } from '../support/databases';

describe('the legacy ABIS database', () => {
  it('is taken by the stand-in: its DDL, its rows, the constraints that are enabled', async () => {
    const database = await freshDatabase('stand-in');
    const client = new Client({ connectionString: database.url });
    try {
      await installCatalog(database.url, { users: ['ABIS'], dictionaryUsers: ['ABIS'], characterSet: 'US7ASCII' });
      await client.connect();
      const legacy = abisLegacy({ scale: 0.02 });
      await applyDdl(client, 'ABIS', legacy.ddl);
      for (const { table, rows, rowCount } of legacy.tables) {
        await seedTable(client, { owner: 'ABIS', table, rows });
        const { rows: counted } = await client.query<{ count: string }>(`select count(*) from "ABIS"."${table}"`);
        expect([table, counted[0]?.count]).toEqual([table, String(rowCount)]);
      }
    } finally {
      await client.end();
      await database.drop();
    }
  });
});
