import type { Client } from 'pg';
import { openSession, type Session } from '../../src/postgres/session';
import { freshDatabase, type FreshDatabase } from '../support/databases';
import { connected } from '../support/postgres-load';

let database: FreshDatabase;
let client: Client;
let session: Session;

beforeAll(async () => {
  database = await freshDatabase();
  client = await connected(database.url);
});

afterAll(async () => {
  await session.close();
  await client.end();
  await database.drop();
});

/** Those of the server's settings that end or change a session which nothing is wrong with. */
const HOSTILE: Readonly<Record<string, readonly [since: number, set: string, wanted: string]>> = {
  statement_timeout: [12, '1s', '0'],
  idle_in_transaction_session_timeout: [12, '1s', '0'],
  idle_session_timeout: [14, '1s', '0'],
  transaction_timeout: [17, '1s', '0'],
  default_transaction_isolation: [12, 'serializable', 'read committed'],
};

describe('openSession', () => {
  it('is not ended by timeouts that the database sets for its sessions', async () => {
    const major = await majorVersion();
    const known = Object.entries(HOSTILE).filter(([, [since]]) => major >= since);
    const name = new URL(database.url).pathname.slice(1);
    for (const [setting, [, value]] of known) await client.query(`alter database ${name} set ${setting} = '${value}'`);
    session = await openSession({ url: database.url, connectTimeoutMs: 5_000 });
    for (const [setting, [, , wanted]] of known) {
      const { rows } = await session.query<{ value: string }>(`select current_setting('${setting}') as value`);
      expect([setting, rows[0]?.value]).toEqual([setting, wanted]);
    }
  });
});

async function majorVersion(): Promise<number> {
  const { rows } = await client.query<{ major: number }>(
    `select current_setting('server_version_num')::int / 10000 as major`,
  );
  return rows[0]?.major ?? 0;
}
