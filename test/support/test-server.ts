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
 * npm installed for the project.
 */
export async function startTestServer(
  binariesRoot: string | null = process.env['CUTOVER_TEST_POSTGRES'] ?? null,
): Promise<EmbeddedPostgres> {
  const options = binariesRoot === null ? { settings: SETTINGS } : { settings: SETTINGS, binariesRoot };
  return (await inMemory(() => startEmbeddedPostgres(options))) ?? (await startEmbeddedPostgres(options));
}

/** Tests make thousands of tables in hundreds of databases, each of them files: on a disk that is a third of what the server does. */
async function inMemory(start: () => Promise<EmbeddedPostgres>): Promise<EmbeddedPostgres | undefined> {
  if ((await bytesFree(MEMORY)) < ROOM) return undefined;
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = MEMORY;
  try {
    return await start().catch(() => undefined);
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
