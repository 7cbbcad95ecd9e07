import { randomBytes } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import { freemem } from 'node:os';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/demo/embedded-postgres';

/** What autovacuum does depends on how long a test takes: statistics, and when dead rows go. */
const SETTINGS = { autovacuum: 'off', max_wal_size: '256MB' };
/** A folder in memory, where the system has one, and what must be free there. */
const MEMORY = '/dev/shm';
const ROOM = 8 * 2 ** 30;

declare global {
  var cutoverTestCluster: EmbeddedPostgres | undefined;
}

/** One server for the whole run; its URL reaches the workers through the environment they inherit. */
export default async function startTestCluster(): Promise<void> {
  const own = process.env['CUTOVER_TEST_DATABASE_URL'];
  // Watch mode comes here before each run, and the last run's teardown has stopped its server.
  globalThis.cutoverTestCluster = own === undefined ? await startOwnCluster() : undefined;
  const url = own ?? globalThis.cutoverTestCluster?.url;
  if (url === undefined) return;
  process.env['CUTOVER_TEST_CLUSTER_URL'] = url;
  process.env['CUTOVER_TEST_RUN'] = randomBytes(6).toString('hex');
}

/** Without a server only the tests that ask for one fail, each with the reason. */
async function startOwnCluster(): Promise<EmbeddedPostgres | undefined> {
  delete process.env['CUTOVER_TEST_CLUSTER_FAILURE'];
  try {
    return (await startInMemory()) ?? (await startEmbeddedPostgres({ settings: SETTINGS }));
  } catch (refusal) {
    process.env['CUTOVER_TEST_CLUSTER_FAILURE'] = String(refusal);
    return undefined;
  }
}

/** Tests make thousands of tables in hundreds of databases, each of them files: on a disk that is a third of what the server does. */
async function startInMemory(): Promise<EmbeddedPostgres | undefined> {
  if ((await bytesFree(MEMORY)) < ROOM) return undefined;
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = MEMORY;
  try {
    return await startEmbeddedPostgres({ settings: SETTINGS }).catch(() => undefined);
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
}

async function bytesFree(folder: string): Promise<number> {
  const free = await statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  );
  return Math.min(free, freemem());
}
