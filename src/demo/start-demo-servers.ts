import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { applyDdl } from '../standin/catalog/apply-ddl';
import { installCatalog } from '../standin/catalog/install-catalog';
import { seedTable } from '../standin/catalog/seed-table';
import { startStandin, type RunningStandin } from '../standin';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres';
import { abisLegacy, type LegacyDatabase } from './legacy/generate';

export interface DemoServers {
  /** How the migration reaches the legacy database: ordinary settings, as for a real one. */
  readonly source: { readonly user: string; readonly password: string; readonly connectString: string };
  readonly target: { readonly url: string };
  readonly standin: RunningStandin;
  /** How many rows the legacy database has, and how many of them must be turned away. */
  readonly size: LegacyDatabase['size'];
  stop(): Promise<void>;
}

const OWNER = 'ABIS';
const SERVICE = 'ABISDB';

/** Starts the embedded legacy Oracle with the ABIS data and an empty embedded PostgreSQL; `stop` leaves nothing behind. */
export async function startDemoServers(data: { readonly scale: number; readonly seed?: number }): Promise<DemoServers> {
  const opened: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const close of opened.splice(0).reverse()) await close();
  };
  try {
    const [legacyCluster, targetCluster] = await startClusters(opened);
    const legacyUrl = await legacyCluster.createDatabase('legacy');
    const legacy = abisLegacy(data);
    await fillLegacy(legacyUrl, legacy);
    const password = randomBytes(12).toString('base64url');
    const standin = await startStandin({ pgUrl: legacyUrl, users: { [OWNER]: password }, serviceName: SERVICE });
    opened.push(() => standin.stop());
    const url = await targetCluster.createDatabase('abis');
    const source = { user: OWNER, password, connectString: standin.connectString };
    return { source, target: { url }, standin, size: legacy.size, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The legacy side may be fast and forgetful; the target is durable, as a real one is. */
async function startClusters(opened: (() => Promise<void>)[]): Promise<[EmbeddedPostgres, EmbeddedPostgres]> {
  const started = await Promise.allSettled([startEmbeddedPostgres(), startEmbeddedPostgres({ durable: true })]);
  for (const one of started) if (one.status === 'fulfilled') opened.push(() => one.value.stop());
  const [legacy, target] = started;
  if (legacy.status === 'rejected') throw legacy.reason;
  if (target.status === 'rejected') throw target.reason;
  return [legacy.value, target.value];
}

/** Creates the legacy tables in the stand-in's database and fills them, past the driver: that is the past, not the test. */
export async function fillLegacy(url: string, legacy: LegacyDatabase): Promise<void> {
  await installCatalog(url, { users: [OWNER], dictionaryUsers: [OWNER], characterSet: 'US7ASCII' });
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await applyDdl(client, OWNER, legacy.ddl);
    for (const { table, rows } of legacy.tables) await seedTable(client, { owner: OWNER, table, rows });
  } finally {
    await client.end();
  }
}
