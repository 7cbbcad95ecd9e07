import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { ScnRegistry } from './backend/scn';
import { FaultPlan, type Faults } from './contract/faults';
import { OracleSession } from './session';
import type { Database } from './session/database';
import type { Dialect, Release } from './contract/translation';

/** Who may log in, to what, and where the data is. */
export interface StandinOptions {
  /** PostgreSQL database of the stand-in's own, its catalogue installed. */
  readonly pgUrl: string;
  /** Oracle user (upper case) → password. */
  readonly users: Readonly<Record<string, string>>;
  readonly serviceName: string;
  /** Default 19c. */
  readonly release?: Release;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  readonly faults?: Faults;
  /** Rounds that make the key of a password. Default 4096, as Oracle has it; fewer make logins cheap. */
  readonly verifierRounds?: number;
  /** Age from which snapshots may be given up, once there are more than 32. Default 900. */
  readonly undoRetentionSeconds?: number;
}

/** A stand-in inside this process. */
export interface StandinServer {
  readonly host: string;
  readonly port: number;
  setFaults(faults: Faults): void;
  /** Cuts all connections and lets go of PostgreSQL. */
  close(): Promise<void>;
}

const DEFAULT_RETENTION_SECONDS = 900;
const DEFAULT_HOST = '127.0.0.1';

/** Listens for Oracle clients. The dialect decides what their SQL means. */
export async function createStandinServer(options: StandinOptions, dialect: Dialect): Promise<StandinServer> {
  const { pgUrl, undoRetentionSeconds = DEFAULT_RETENTION_SECONDS } = options;
  const faults = new FaultPlan();
  faults.set(options.faults ?? {});
  const database: Database = {
    pgUrl,
    users: options.users,
    serviceName: options.serviceName,
    release: options.release ?? '19c',
    verifierRounds: options.verifierRounds,
    dialect,
    scns: new ScnRegistry({ pgUrl, undoRetentionSeconds, now: Date.now }),
    faults,
    generation: 0,
  };
  const sessions = new Set<OracleSession>();
  const server = createServer((socket) => {
    const session: OracleSession = new OracleSession(socket, database, () => sessions.delete(session));
    sessions.add(session);
  });
  const { host = DEFAULT_HOST, port = 0 } = options;
  server.listen(port, host);
  await once(server, 'listening');
  return {
    host,
    port: (server.address() as AddressInfo).port,
    setFaults: (changed) => {
      faults.set(changed);
    },
    close: async () => {
      for (const session of sessions) session.destroy();
      await closed(server);
      await database.scns.close();
    },
  };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}
