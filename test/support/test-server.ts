import { statfs } from 'node:fs/promises';
import { freemem } from 'node:os';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/demo/embedded-postgres';

/** What autovacuum does depends on how long a test takes: statistics, and when dead rows go. */
const SETTINGS = { autovacuum: 'off', max_wal_size: '256MB' };
/** A folder in memory, where the system has one, and what must be free there. */
const MEMORY = '/dev/shm';
const ROOM = 8 * 2 ** 30;

/**
 * A server for tests: of the version that `binariesRoot` holds, by default the one that `npm run matrix` is testing; null is the one that
 * npm installed for the project. In memory where there is room: tests make thousands of tables in hundreds of databases, each of them
 * files, which on a disk are a third of what the server does.
 */
export async function startTestServer(
  binariesRoot: string | null = process.env['CUTOVER_TEST_POSTGRES'] ?? null,
): Promise<EmbeddedPostgres> {
  const hasRoom = (await bytesFree(MEMORY)) >= ROOM;
  return startEmbeddedPostgres({
    settings: SETTINGS,
    ...(binariesRoot === null ? {} : { binariesRoot }),
    ...(hasRoom ? { temporary: MEMORY } : {}),
  });
}

async function bytesFree(folder: string): Promise<number> {
  const free = await statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  );
  return Math.min(free, freemem());
}
