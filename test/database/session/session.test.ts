import { connectionTo } from '../../../src/postgres/session/connection-settings';
import type { Client } from 'pg';
import { openSession, type Session } from '../../../src/postgres/session/session';
import { freshDatabase, type FreshDatabase } from '../../support/databases';
import { limitedRole } from '../../support/limited-role';
import { connected } from '../../support/sql';

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
  default_transaction_deferrable: [12, 'on', 'off'],
  exit_on_error: [12, 'on', 'off'],
  quote_all_identifiers: [12, 'on', 'off'],
  transform_null_equals: [12, 'on', 'off'],
  array_nulls: [12, 'off', 'on'],
  standard_conforming_strings: [12, 'off', 'on'],
  default_tablespace: [12, 'pg_global', ''],
};

describe('openSession', () => {
  it('is not ended by timeouts that the database sets for its sessions', async () => {
    const major = await majorVersion();
    const known = Object.entries(HOSTILE).filter(([, [since]]) => major >= since);
    const name = new URL(database.url).pathname.slice(1);
    for (const [setting, [, value]] of known) await client.query(`alter database ${name} set ${setting} = '${value}'`);
    session = await openSession(connectionTo({ url: database.url }));
    for (const [setting, [, , wanted]] of known) {
      const { rows } = await session.query<{ value: string }>(`select current_setting('${setting}') as value`);
      expect([setting, rows[0]?.value]).toEqual([setting, wanted]);
    }
  });

  it('is not cut short by a limit for queries that the URL has for the driver', async () => {
    const opened = await openSession(connectionTo({ url: `${database.url}?query_timeout=5` }));
    await opened.query('select pg_sleep(0.1)');
    await opened.close();
  });

  it('checks foreign keys and fires triggers, though the database or the user plays the part of a replica', async () => {
    const name = new URL(database.url).pathname.slice(1);
    const roleOf = async (url: string): Promise<unknown> => {
      const opened = await openSession(connectionTo({ url }));
      const { rows } = await opened.query<{ role: string }>(
        `select current_setting('session_replication_role') as role`,
      );
      await opened.close();
      return rows[0]?.role;
    };
    // The statements of the hint, as a superuser runs them.
    const mended = async (url: string): Promise<void> => {
      const refusal: unknown = await roleOf(url).catch((error: unknown) => error);
      expect(refusal).toMatchObject({ code: 'TARGET_REPLICA_ROLE' });
      const { hint = '' } = refusal as { hint?: string };
      await client.query(hint.replace('Have a superuser run: ', '').replace('; then run it again.', ''));
    };
    const user = await limitedRole(client, database.url, `alter role $user set session_replication_role = replica`);
    const role = new URL(user.url).username;
    try {
      await mended(user.url);
      expect(await roleOf(user.url)).toBe('origin');
      await client.query(`alter database ${name} set session_replication_role = replica;
        alter role ${role} in database ${name} set session_replication_role = replica`);
      expect(await roleOf(database.url)).toBe('origin');
      await mended(user.url);
      expect(await roleOf(user.url)).toBe('origin');
    } finally {
      await client.query(`alter database ${name} reset session_replication_role`);
      await user.drop();
    }
  });
});

async function majorVersion(): Promise<number> {
  const { rows } = await client.query<{ major: number }>(
    `select current_setting('server_version_num')::int / 10000 as major`,
  );
  return rows[0]?.major ?? 0;
}
