import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { usableBinaries, type Binaries } from './embedded-postgres/binaries';
import { givenCluster, temporaryCluster, type ClusterFolder } from './embedded-postgres/cluster-folder';
import { asFailure, EmbeddedPostgresFailed } from './embedded-postgres/failure';
import { initialise, SCRAM_ITERATIONS_SINCE, SUPERUSER } from './embedded-postgres/initdb';
import { serverUser, type OsUser } from './embedded-postgres/os-user';
import { startServerProcess, type ServerOrder, type ServerProcess } from './embedded-postgres/server-process';
import { removeStaleClusters } from './embedded-postgres/stale';
import { temporaryBases, usableBases } from './embedded-postgres/temporary-folder';
import { Client } from 'pg';

export { EmbeddedPostgresFailed } from './embedded-postgres/failure';

/** A running PostgreSQL server of our own, on 127.0.0.1 only. It ends with this process at the latest. */
export interface EmbeddedPostgres {
  /** The superuser's URL of the database "postgres"; holds the password. Stays the same across `restart`. */
  readonly url: string;
  readonly port: number;
  /** The folder of the cluster: the option's, links resolved, or the temporary one. */
  readonly dataDir: string;
  /** Process number of the server; another one after `restart`. */
  readonly pid: number;
  /** Creates an empty database (UTF-8, locale C) and gives the superuser's URL of it. Rejects when the name is taken. */
  createDatabase(name: string): Promise<string>;
  /** Ends all sessions and the server, and removes a temporary folder. Does nothing the second time. */
  stop(): Promise<void>;
  /** Ends all sessions, then starts the server on the same folder and port. */
  restart(): Promise<void>;
}

/** How to run the server; all of it may be left out. */
export interface EmbeddedPostgresOptions {
  /** Folder to keep the cluster in, made when missing. By default a temporary one that `stop` removes. */
  readonly dataDir?: string;
  /** Where temporary folders are made. By default in the system's folder (TMPDIR). */
  readonly temporary?: string;
  /** True survives a power failure; false, the default, is faster and survives only the end of processes. */
  readonly durable?: boolean;
  /** Server parameters by name, on top of ours. */
  readonly settings?: Readonly<Record<string, string>>;
  /** By default any free port. */
  readonly port?: number;
  /** Folder holding PostgreSQL's `bin`, `lib` and `share`. By default the one that npm installed. */
  readonly binariesRoot?: string;
}

const HOST = '127.0.0.1';
const PORT_ATTEMPTS = 5;

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: HOST,
  // A socket's path is limited to about 100 characters, and its folder may not be writable.
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '128MB',
  // Questions about the catalogue look dear to the planner, and are short: compiling them takes longer than they do.
  jit: 'off',
  logging_collector: 'off',
  log_destination: 'stderr',
  timezone: 'UTC',
  log_timezone: 'UTC',
};
/** Of passwords that others give themselves; that of the superuser is random and has one round. */
const SCRAM_SETTINGS: Readonly<Record<string, string>> = { scram_iterations: '4096' };
const FAST_SETTINGS: Readonly<Record<string, string>> = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
};

/**
 * Starts a server, clearing away what killed runs left in the temporary folders. As root it runs as another user. Rejects
 * with `EmbeddedPostgresFailed`, whose hint says what to do, and leaves nothing behind then.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions = {}): Promise<EmbeddedPostgres> {
  try {
    const user = await serverUser();
    const temporary = temporaryBases(options.temporary);
    const bases = await usableBases(temporary, user);
    const [binaries] = await Promise.all([
      usableBinaries({ root: options.binariesRoot, user, bases }),
      removeStaleClusters(temporary),
    ]);
    const { dataDir } = options;
    const folder = await (dataDir === undefined
      ? temporaryCluster({ user, bases })
      : givenCluster(dataDir, { user, bases }));
    return await startOn(folder, { binaries, user, options });
  } catch (refusal) {
    throw asFailure(refusal);
  }
}

interface Means {
  readonly binaries: Binaries;
  readonly user: OsUser | undefined;
  readonly options: EmbeddedPostgresOptions;
}

async function startOn(folder: ClusterFolder, { binaries, user, options }: Means): Promise<EmbeddedPostgres> {
  const order = (port: number): ServerOrder => ({
    command: binaries.postgres,
    args: ['-D', folder.data, '-p', String(port), ...settingArguments(binaries.major, options)],
    cwd: folder.data,
    data: folder.data,
    log: folder.log,
    user: user ?? null,
    remove: folder.remove,
  });
  try {
    await initialise({ binaries, folder, user, sync: options.durable === true ? 'sync' : 'no-sync' });
    return await RunningCluster.start(folder, order, options.port);
  } catch (refusal) {
    await removeFolders(folder);
    throw refusal;
  }
}

function settingArguments(major: number, { durable, settings }: EmbeddedPostgresOptions): string[] {
  const scram = major >= SCRAM_ITERATIONS_SINCE ? SCRAM_SETTINGS : {};
  const all = { ...SETTINGS, ...scram, ...(durable === true ? {} : FAST_SETTINGS), ...settings };
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

type OrderForPort = (port: number) => ServerOrder;

interface Address {
  readonly port: number;
  readonly order: ServerOrder;
}

class RunningCluster implements EmbeddedPostgres {
  private constructor(
    private readonly folder: ClusterFolder,
    private readonly address: Address,
    private server: ServerProcess,
  ) {}

  static async start(
    folder: ClusterFolder,
    orderFor: OrderForPort,
    wanted: number | undefined,
  ): Promise<RunningCluster> {
    for (let attempt = 1; ; attempt++) {
      const port = wanted ?? (await freePort());
      const order = orderFor(port);
      try {
        return new RunningCluster(folder, { port, order }, await startServerProcess(order));
      } catch (refusal) {
        if (!(lostThePort(refusal) && wanted === undefined && attempt < PORT_ATTEMPTS)) throw refusal;
      }
    }
  }

  get port(): number {
    return this.address.port;
  }

  get url(): string {
    return `postgresql://${SUPERUSER}:${this.folder.password}@${HOST}:${this.port}/postgres`;
  }

  get dataDir(): string {
    return this.folder.root;
  }

  get pid(): number {
    return this.server.pid;
  }

  createDatabase(name: string): Promise<string> {
    return createDatabase(this.url, name);
  }

  async stop(): Promise<void> {
    await this.server.stop('remove');
    // The supervisor has done so already, unless it was killed.
    await removeFolders(this.folder);
  }

  async restart(): Promise<void> {
    await this.server.stop('keep');
    this.server = await startServerProcess(this.address.order);
  }
}

async function removeFolders({ remove }: ClusterFolder): Promise<void> {
  await Promise.all(remove.map((name) => rm(name, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })));
}

/** Between finding a free port and the server's taking it, another program may. */
function lostThePort(refusal: unknown): boolean {
  return refusal instanceof EmbeddedPostgresFailed && /could not bind|could not create any TCP/i.test(refusal.log);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, HOST);
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** The end of a "create database" that copies files instead of logging each page: before PostgreSQL 15 the only way, and without a name. */
export async function copyStrategy(client: Pick<Client, 'query'>): Promise<string> {
  const { rows } = await client.query<{ named: boolean }>(
    `select current_setting('server_version_num')::int >= 150000 as named`,
  );
  return rows[0]?.named === true ? 'strategy file_copy' : '';
}

/** Creates an empty database on the server of `serverUrl` (a superuser's URL) and gives its URL. UTF-8, locale C. */
export async function createDatabase(serverUrl: string, name: string): Promise<string> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    const strategy = await copyStrategy(client);
    await client.query(
      `create database ${client.escapeIdentifier(name)} template template0 encoding 'UTF8' locale 'C' ${strategy}`,
    );
  } finally {
    await client.end();
  }
  const url = new URL(serverUrl);
  url.pathname = `/${encodeURIComponent(name)}`;
  return url.href;
}
