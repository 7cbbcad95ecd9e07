import { randomBytes } from 'node:crypto';
import type oracledb from 'oracledb';
import { SOURCE_SESSIONS } from '../../core/run/options';
import { patience, watched, type Look, type Patience, type Question } from '../../core/waits/watch';
import { askApart } from '../../core/waits/apart';
import { within } from '../../core/waits/within';
import { lookAtSession } from './look-at-session';
import { cutOff, watchedSession, type WatchedBy } from './watched-session';
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
export async function openSessions(
  driver: OracleDriver,
  settings: OracleSettings,
  tell: Patience['tell'] = () => undefined,
): Promise<Sessions> {
  chooseClientMode(driver, settings);
  const attributes = connectionAttributes(settings);
  const doing = `connecting to ${shownAddress(settings)}`;
  const bearing = patience(tell, settings.stallTimeoutMs);
  const login = (): Promise<oracledb.Connection> => driver.getConnection({ ...attributes });
  const attempt = attemptBy(settings);
  const pool = await attempt(doing, async () => {
    await closeSoon(await watched(bearing, loginQuestion(doing), login()));
    return renewablePool(() => driver.createPool({ ...attributes, ...poolAttributes(settings) }));
  });
  return sessionsOf(pool, attempt, {
    patience: bearing,
    look: (clientInfo) => lookApart(login, clientInfo),
    givenUp: () => {
      pool.renew();
    },
  });
}

/** The pool in use. */
interface RenewablePool {
  readonly current: () => Promise<oracledb.Pool>;
  /** Leaves the pool as it is, its idle sessions with it: where one session fell silent, the others may have, too. */
  renew(): void;
  close(): Promise<void>;
}

async function renewablePool(create: () => Promise<oracledb.Pool>): Promise<RenewablePool> {
  let current = Promise.resolve(await create());
  const close = async (): Promise<void> => {
    await within(CLOSE_MS, (await current).close(0));
  };
  return {
    current: () => current,
    renew: () => {
      close().catch(() => undefined);
      current = create();
      current.catch(() => undefined);
    },
    close,
  };
}

/** A session that is not there yet: there is nobody to ask about it, and nothing to cut off. */
function loginQuestion(asked: string): Question {
  return {
    ...{ side: 'source', asked, due: 'soon' },
    progress: () => 0,
    look: () => Promise.resolve({ state: 'unknown' }),
    giveUp: () => undefined,
  };
}

function sessionsOf(pool: RenewablePool, attempt: Attempt, by: WatchedBy): Sessions {
  const connections = new WeakMap<OracleSession, oracledb.Connection>();
  let last: Promise<unknown> = Promise.resolve();
  // One at a time: with two requests in flight the Thin pool may give the session of one to the other, and nothing to the first.
  const lease = (doing: string): Promise<OracleSession> => {
    const turn = last.then(() =>
      attempt(doing, async () => {
        const fresh = freshConnection(await pool.current(), doing);
        return watched(by.patience, loginQuestion(`${doing}: a session of the pool`), fresh);
      }),
    );
    last = turn.catch(() => undefined);
    return turn.then((connection) => {
      const session = watchedSession(connection, { doing, clientInfo: marked(connection) }, by);
      connections.set(session, connection);
      return session;
    });
  };
  // A broken session cannot be given back cleanly; the pool drops it.
  const release = async (session: OracleSession): Promise<void> => {
    const connection = connections.get(session);
    if (connection !== undefined) await closeSoon(connection);
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
    close: () => attempt('closing the pool', () => pool.close()),
  };
}

/** A session whose other end is silent cannot be closed in order. */
const CLOSE_MS = 3_000;

async function closeSoon(connection: oracledb.Connection): Promise<void> {
  await within(CLOSE_MS, connection.close()).catch(() => undefined);
}

/** V$SESSION.CLIENT_INFO of the connection from its next call on, by which another session finds it. */
function marked(connection: oracledb.Connection): string {
  const clientInfo = `${MODULE} ${randomBytes(8).toString('hex')}`;
  connection.clientInfo = clientInfo;
  return clientInfo;
}

/** A session of its own, which no pool has to find, and which is not waited for either. */
const LOOK_MS = 10_000;

function lookApart(login: () => Promise<oracledb.Connection>, clientInfo: string): Promise<Look> {
  const close = (connection: oracledb.Connection): void => void closeSoon(connection);
  return askApart({ ms: LOOK_MS, open: login, cut: cutOff, close }, (connection) =>
    lookAtSession(async ({ sql, binds }) => {
      const { rows = [] } = await connection.execute<LegacyRow>(sql, { ...binds }, FETCH);
      return rows;
    }, clientInfo),
  );
}

async function freshConnection(pool: oracledb.Pool, doing: string): Promise<oracledb.Connection> {
  try {
    const connection = await pool.getConnection();
    connection.module = MODULE;
    connection.action = actionText(doing);
    return connection;
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
    poolMax: settings.poolMax ?? SOURCE_SESSIONS,
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

/** Does `work`; a failure of it becomes a MigrationError. */
type Attempt = <T>(doing: string, work: () => Promise<T>) => Promise<T>;

function attemptBy(settings: OracleSettings): Attempt {
  return async (doing, work) => {
    try {
      return await work();
    } catch (error) {
      throw oracleError(error, doing, settings);
    }
  };
}
