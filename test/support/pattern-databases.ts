import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import { createDatabase } from '../../src/demo/embedded-postgres';
import { databaseNamed, freshDatabase, testClusterUrl, type FreshDatabase, type Side } from './databases';
import { connected } from './sql';

/** Of the databases that one run of the tests copies; global-teardown.ts drops them. */
const PREFIX = 'pattern';
/** Those that this file of tests has seen to be there. */
const seen = new Set<string>();

/**
 * A database of one's own holding what `fill` puts into an empty one. Filled once in a run of the tests, by whichever file comes first,
 * then copied: making tables and rows costs many times the CPU of a copy. The same `content` must always mean the same filling.
 */
export async function filledDatabase(
  content: unknown,
  fill: (url: string) => Promise<void>,
  side: Side = 'target',
): Promise<FreshDatabase> {
  const run = process.env['CUTOVER_TEST_RUN'];
  if (run === undefined) {
    const database = await freshDatabase(side);
    await fill(database.url);
    return database;
  }
  const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 24);
  const pattern = `${PREFIX}_${run}_${hash}`;
  if (!seen.has(pattern)) await withServer(side, (client) => makeOnce(client, pattern, { fill, side }));
  seen.add(pattern);
  return databaseNamed(pattern, side);
}

/** Files that run at the same time wait for the first; what fails to be filled is not there. */
async function makeOnce(
  client: Client,
  pattern: string,
  { fill, side }: { readonly fill: (url: string) => Promise<void>; readonly side: Side },
): Promise<void> {
  await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [pattern]);
  const { rowCount } = await client.query('select from pg_database where datname = $1', [pattern]);
  if (rowCount !== 0) return;
  const draft = `${pattern}_draft`;
  await client.query(`drop database if exists ${draft} with (force)`);
  await fill(await createDatabase(testClusterUrl(side), draft));
  await client.query(`alter database ${draft} rename to ${pattern}`);
}

/** The databases that a run has copied, on a server that outlives it. */
export async function dropPatterns(run: string): Promise<void> {
  await withServer('target', async (client) => {
    const { rows } = await client.query<{ name: string }>(
      'select datname as name from pg_database where starts_with(datname, $1)',
      [`${PREFIX}_${run}_`],
    );
    for (const { name } of rows) await client.query(`drop database if exists ${name} with (force)`);
  });
}

async function withServer(side: Side, work: (client: Client) => Promise<void>): Promise<void> {
  const client = await connected(testClusterUrl(side));
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
