import type oracledb from 'oracledb';
import type { LegacyRow } from '../../core/mapping/wire';
import { connectStringOf, shownAddress, type OracleDriver, type OracleSession, type OracleSettings } from './driver';
import { exactText } from './fetch-types';
import { oracleError } from './ora-errors';
import { SESSION_SETUP } from '../sql/session-statements';
import type { Statement } from '../sql/statement';
import { MigrationError } from '../../core/errors';

/** By driver: the client library it was started with. The mode belongs to the process and cannot be changed. */
const started = new WeakMap<OracleDriver, string>();

/** Switches the driver to Thick mode where `clientLibDir` asks for it; must come before the process's first connection. */
function chooseClientMode(driver: OracleDriver, settings: OracleSettings): void {
  const libDir = settings.clientLibDir;
  if (libDir === undefined) return;
  const before = started.get(driver);
  if (before === libDir) return;
  if (before !== undefined) throw clientAlreadyChosen();
  // Thick mode knows no walletLocation: the wallet is found through sqlnet.ora in the configuration folder.
  const configDir = settings.configDir ?? settings.walletDir;
  try {
    driver.initOracleClient({ libDir, ...(configDir === undefined ? {} : { configDir }) });
  } catch (error) {
    throw oracleError(error, 'starting Thick mode');
  }
  started.set(driver, libDir);
}

function clientAlreadyChosen(): MigrationError {
  return new MigrationError('SOURCE_UNREACHABLE', 'this process already uses another Oracle Client library', {
    hint: 'Use one ORACLE_CLIENT_LIB_DIR per process.',
  });
}

/** The pool of Oracle sessions, each set up alike. Every failure is a MigrationError. */
export interface Sessions {
  /** Takes a session for `doing` (shown in V$SESSION.ACTION and in errors) and gives it back afterwards. */
  use<T>(doing: string, work: (session: OracleSession) => Promise<T>): Promise<T>;
  /** A session for longer work; `release` it. */
  lease(doing: string): Promise<OracleSession>;
  release(session: OracleSession): Promise<void>;
  /** Closes all sessions, those in use too. */
  close(): Promise<void>;
}

const MODULE = 'cutover';
/** Between probes of a silent connection: without them one that a firewall has dropped is waited for without end. */
const PROBE_MINUTES = 2;

/** Opens the pool. One login is tried alone first: a pool repeats a refused login without end, which locks the account. */
export async function openSessions(driver: OracleDriver, settings: OracleSettings): Promise<Sessions> {
  chooseClientMode(driver, settings);
  const attributes = connectionAttributes(settings);
  const doing = `connecting to ${shownAddress(settings)}`;
  const pool = await attempt(doing, async () => {
    const first = await driver.getConnection({ ...attributes });
    await first.close();
    return driver.createPool({ ...attributes, ...poolAttributes(settings) });
  });
  return sessionsOf(pool);
}

function sessionsOf(pool: oracledb.Pool): Sessions {
  let last: Promise<unknown> = Promise.resolve();
  // One at a time: with two requests in flight the Thin pool may give the session of one to the other, and nothing to the first.
  const lease = (doing: string): Promise<OracleSession> => {
    const turn = last.then(() => attempt(doing, () => freshSession(pool, doing)));
    last = turn.catch(() => undefined);
    return turn;
  };
  return {
    lease,
    release,
    use: async (doing, work) => {
      const session = await lease(doing);
      try {
        return await attempt(doing, () => work(session));
      } finally {
        await release(session);
      }
    },
    close: () => attempt('closing the pool', () => pool.close(0)),
  };
}

async function freshSession(pool: oracledb.Pool, doing: string): Promise<OracleSession> {
  try {
    const session = await pool.getConnection();
    session.module = MODULE;
    session.action = actionText(doing);
    return session;
  } catch (error) {
    // Below its minimum the Thin pool connects again and again without a pause; from now on it grows on demand only.
    await pool.reconfigure({ poolMin: 0 }).catch(() => undefined);
    throw error;
  }
}

/** V$SESSION.ACTION holds 64 bytes; the client refuses more. */
function actionText(doing: string): string {
  return Buffer.from(doing).subarray(0, 60).toString();
}

/** A broken session cannot be given back cleanly; the pool drops it. */
async function release(session: OracleSession): Promise<void> {
  await session.close().catch(() => undefined);
}

/** All rows of a small result, every value as exact text or bytes. */
export async function queryRows(session: OracleSession, { sql, binds }: Statement): Promise<LegacyRow[]> {
  const result = await session.execute<LegacyRow>(sql, { ...binds }, { ...FETCH, maxRows: 0, fetchArraySize: 1000 });
  return result.rows ?? [];
}

const ARRAYS = 4001;
/** Options of every query: rows as arrays, values as exact text. */
export const FETCH = { outFormat: ARRAYS, fetchTypeHandler: exactText } as const satisfies oracledb.ExecuteOptions;

function connectionAttributes(settings: OracleSettings): oracledb.ConnectionAttributes {
  const timeout = settings.connectTimeoutSeconds ?? 4;
  return {
    user: settings.user,
    password: settings.password,
    connectString: connectStringOf(settings),
    connectTimeout: timeout,
    transportConnectTimeout: timeout,
    expireTime: PROBE_MINUTES,
    ...(settings.walletDir === undefined ? {} : { walletLocation: settings.walletDir }),
    ...(settings.walletPassword === undefined ? {} : { walletPassword: settings.walletPassword }),
    ...(settings.configDir === undefined ? {} : { configDir: settings.configDir }),
  };
}

function poolAttributes(settings: OracleSettings): oracledb.PoolAttributes {
  return {
    poolMin: settings.poolMin ?? 2,
    poolMax: settings.poolMax ?? 10,
    poolIncrement: 1,
    sessionCallback: (session, _tag, done) => {
      session.execute(SESSION_SETUP.sql).then(
        () => {
          done();
        },
        (error: unknown) => {
          done(error);
        },
      );
    },
  };
}

async function attempt<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw oracleError(error, doing);
  }
}
