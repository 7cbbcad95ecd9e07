import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/demo/embedded-postgres';
import { abisLegacy } from '../../src/demo/legacy/generate';
import { fillLegacy } from '../../src/demo/start-demo-servers';
import { abisEntities } from '../../src/entities';
import { startStandin } from '../../src/standin';
import { synchronizeSchema } from '../../src/typeorm/schema';
import { cuttableProxy } from './cuttable-proxy';

/** The two databases of a soak, and what can be done to them. */
export interface World {
  /** Rows of the legacy tables altogether. */
  readonly rows: number;
  /** An empty target of its own, by its superuser's URL. */
  createTarget(name: string): Promise<string>;
  dropTarget(name: string): Promise<void>;
  /** What a command line reads to reach both databases, by way of the proxies. */
  environment(targetUrl: string): Record<string, string>;
  /** Breaks the connections to one side, which learns of it `lingerMs` later. */
  cut(side: 'source' | 'target', lingerMs: number): void;
  /** Ends the target server by the signal, and starts it again on the same port `downMs` later. */
  restartTarget(signal: 'SIGINT' | 'SIGKILL', downMs: number): Promise<void>;
  stop(): Promise<void>;
}

export interface WorldOptions {
  readonly scale: number;
  /** Where the target's cluster lives; it stays there after `stop`. */
  readonly folder: string;
}

const OWNER = 'ABIS';
const SERVICE = 'ABISDB';
const TEMPLATE = 'soak_template';

/**
 * What the entities' schema lacks and a real target has: triggers that would change rows if they fired (one of them disabled
 * already), secondary indexes, a sequence.
 */
const EXTRAS = `
  create function soak_mark() returns trigger language plpgsql as $$ begin new.notes := 'a trigger fired'; return new; end $$;
  create trigger soak_enabled before insert on coil for each row execute function soak_mark();
  create trigger soak_disabled before insert on coil for each row execute function soak_mark();
  alter table coil disable trigger soak_disabled;
  create index soak_coil_alloy on coil (alloy, temper);
  create index soak_skid_location on skid (location) where not is_shipped;
  create index soak_customer_name on customer (lower(name));
  create sequence soak_skid_id increment by 5 owned by skid.id;
  alter table skid alter column id set default nextval('soak_skid_id');`;

/** Starts the stand-in with the ABIS data and the target's server. The target commits durably against the death of processes. */
export async function startWorld({ scale, folder }: WorldOptions): Promise<World> {
  const opened: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const close of opened.splice(0).reverse()) await close();
  };
  const keep = <T extends { stop(): Promise<void> }>(started: T): T => {
    opened.push(() => started.stop());
    return started;
  };
  try {
    const legacy = keep(await startEmbeddedPostgres());
    const target = keep(
      await startEmbeddedPostgres({
        dataDir: path.join(folder, 'target'),
        settings: { synchronous_commit: 'on', full_page_writes: 'on' },
      }),
    );
    const { source, rows, port } = await startSource(legacy, scale, keep);
    const ways = { source: await cuttableProxy(port), target: await cuttableProxy(target.port) };
    for (const way of Object.values(ways)) opened.push(() => way.close());
    await createTemplate(target);
    return {
      rows,
      stop,
      createTarget: (name) => createFromTemplate(target, name),
      dropTarget: (name) => execute(target.url, `drop database if exists ${name} with (force)`),
      environment: (targetUrl) => ({
        ORACLE_USER: source.user,
        ORACLE_PASSWORD: source.password,
        ORACLE_CONNECT_STRING: `127.0.0.1:${ways.source.port}/${SERVICE}`,
        DATABASE_URL: withPort(targetUrl, ways.target.port),
      }),
      cut: (side, lingerMs) => {
        ways[side].cut(lingerMs);
      },
      restartTarget: (signal, downMs) => restart(target, signal, downMs),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startSource(
  legacy: EmbeddedPostgres,
  scale: number,
  keep: <T extends { stop(): Promise<void> }>(started: T) => T,
): Promise<{ readonly source: { user: string; password: string }; readonly rows: number; readonly port: number }> {
  const pgUrl = await legacy.createDatabase('legacy');
  await fillLegacy(pgUrl, abisLegacy({ scale }));
  const rows = await rowsIn(pgUrl);
  const password = randomBytes(12).toString('hex');
  const standin = keep(await startStandin({ pgUrl, users: { [OWNER]: password }, serviceName: SERVICE }));
  return { source: { user: OWNER, password }, rows, port: standin.port };
}

/** By the statistics of the load that has just ended: it is only printed. */
async function rowsIn(url: string): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('analyze');
    const { rows } = await client.query<{ rows: string }>(
      `select coalesce(sum(reltuples), 0)::bigint as rows from pg_class
       where relkind = 'r' and relname like 'AB\\_%' and reltuples > 0`,
    );
    return Number(rows[0]?.rows);
  } finally {
    await client.end();
  }
}

async function createTemplate(target: EmbeddedPostgres): Promise<void> {
  const url = await target.createDatabase(TEMPLATE);
  await synchronizeSchema(url, abisEntities);
  await execute(url, EXTRAS);
}

async function createFromTemplate(target: EmbeddedPostgres, name: string): Promise<string> {
  await execute(target.url, `create database ${name} template ${TEMPLATE} strategy file_copy`);
  const url = new URL(target.url);
  url.pathname = `/${name}`;
  return url.href;
}

const STARTS = 100;
const BETWEEN_STARTS_MS = 200;

/** Sessions of a server that was killed hold its memory for a moment, and keep it from starting until they have noticed. */
async function restart(target: EmbeddedPostgres, signal: 'SIGINT' | 'SIGKILL', downMs: number): Promise<void> {
  process.kill(target.pid, signal);
  await delay(downMs);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await target.restart();
      return;
    } catch (refusal) {
      if (attempt === STARTS) throw refusal;
      await delay(BETWEEN_STARTS_MS);
    }
  }
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

function withPort(url: string, port: number): string {
  const changed = new URL(url);
  changed.port = String(port);
  return changed.href;
}
