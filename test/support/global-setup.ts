import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import type { EmbeddedPostgres } from '../../src/demo/embedded-postgres';
import { OLDEST_POSTGRES as OLDEST_FOR_STANDIN } from '../../src/standin/catalog/install-catalog';
import { startTestServer } from './test-server';

declare global {
  var cutoverTestCluster: EmbeddedPostgres | undefined;
  var cutoverStandinCluster: EmbeddedPostgres | undefined;
}

/** One server for the whole run; its URL reaches the workers through the environment they inherit. */
export default async function startTestCluster(): Promise<void> {
  const own = process.env['CUTOVER_TEST_DATABASE_URL'];
  // Watch mode comes here before each run, and the last run's teardown has stopped its server.
  globalThis.cutoverTestCluster = own === undefined ? await startOwnCluster() : undefined;
  const url = own ?? globalThis.cutoverTestCluster?.url;
  if (url === undefined) return;
  process.env['CUTOVER_TEST_CLUSTER_URL'] = url;
  const major = await majorOf(url);
  process.env['CUTOVER_TEST_CLUSTER_MAJOR'] = String(major);
  // The targets are what an older version is tested for.
  globalThis.cutoverStandinCluster = major < OLDEST_FOR_STANDIN ? await startTestServer(null) : undefined;
  process.env['CUTOVER_TEST_STANDIN_CLUSTER_URL'] = globalThis.cutoverStandinCluster?.url ?? url;
  process.env['CUTOVER_TEST_RUN'] = randomBytes(6).toString('hex');
}

async function majorOf(url: string): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ major: number }>(
      `select current_setting('server_version_num')::int / 10000 as major`,
    );
    return rows[0]?.major ?? 0;
  } finally {
    await client.end();
  }
}

/** Without a server only the tests that ask for one fail, each with the reason. */
async function startOwnCluster(): Promise<EmbeddedPostgres | undefined> {
  delete process.env['CUTOVER_TEST_CLUSTER_FAILURE'];
  try {
    return await startTestServer();
  } catch (refusal) {
    process.env['CUTOVER_TEST_CLUSTER_FAILURE'] = String(refusal);
    return undefined;
  }
}
