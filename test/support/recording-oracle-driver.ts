import type oracledb from 'oracledb';
import type { LegacyRow } from '../../src/core/mapping/wire';
import type { OracleDriver } from '../../src/oracle/session/driver';

/** A statement as it reached the driver. */
export interface SentStatement {
  readonly sql: string;
  readonly binds: Readonly<Record<string, unknown>>;
  readonly options: oracledb.ExecuteOptions;
}

export interface RecordingDriver {
  readonly driver: OracleDriver;
  readonly sent: SentStatement[];
  /** Names of what was called, with the arguments that matter. */
  readonly calls: { readonly name: string; readonly given: unknown }[];
  /** Every connection that was made, as it stands. */
  readonly connections: Readonly<Record<string, unknown>>[];
  /** Sessions leased and not yet given back. */
  readonly open: () => number;
}

/** Answers a statement with rows, or throws what the driver would. */
export type Answer = (sql: string, binds: Readonly<Record<string, unknown>>) => readonly LegacyRow[];

/** A driver that speaks to nobody: it records what it is asked and answers from a function. */
export function recordingDriver(
  answer: Answer = () => [],
  failure: Partial<Record<string, Error>> = {},
): RecordingDriver {
  const sent: SentStatement[] = [];
  const calls: { name: string; given: unknown }[] = [];
  const connections: Record<string, unknown>[] = [];
  let open = 0;
  const note = (name: string, given: unknown): void => {
    calls.push({ name, given });
    if (failure[name] !== undefined) throw failure[name];
  };
  const session = (): object => {
    open += 1;
    const connection = {
      oracleServerVersionString: '19.3.0.0.0',
      execute: (sql: string, binds: SentStatement['binds'] = {}, options: oracledb.ExecuteOptions = {}) => {
        sent.push({ sql, binds, options });
        return Promise.resolve().then(() => resultOf(answer(sql, binds), options));
      },
      close: () => {
        open -= 1;
        return Promise.resolve();
      },
    };
    connections.push(connection);
    return connection;
  };
  const pool = (attributes: oracledb.PoolAttributes): object => {
    let fresh = true;
    return {
      getConnection: async () => {
        note('pool.getConnection', null);
        const made = session() as oracledb.Connection;
        if (fresh) await setUp(attributes, made);
        fresh = false;
        return made;
      },
      reconfigure: (given: unknown) => Promise.resolve().then(() => (note('pool.reconfigure', given), undefined)),
      close: (drain: number) => {
        note('pool.close', drain);
        return Promise.resolve();
      },
    };
  };
  const driver = {
    thin: true,
    initOracleClient: (options: unknown) => {
      note('initOracleClient', options);
    },
    getConnection: (given: unknown) => Promise.resolve().then(() => (note('getConnection', given), session())),
    createPool: (given: oracledb.PoolAttributes) =>
      Promise.resolve().then(() => (note('createPool', given), pool(given))),
  };
  return { driver: driver as unknown as OracleDriver, sent, calls, connections, open: () => open };
}

function setUp({ sessionCallback }: oracledb.PoolAttributes, session: oracledb.Connection): Promise<void> {
  return new Promise((resolve, reject) => {
    if (typeof sessionCallback !== 'function') resolve();
    else {
      sessionCallback(session, '', (error?: unknown) => {
        if (error === undefined) resolve();
        else reject(error instanceof Error ? error : new Error('the session callback failed'));
      });
    }
  });
}

function resultOf(rows: readonly LegacyRow[], { resultSet }: oracledb.ExecuteOptions): object {
  const left = rows.map((row) => [...row]);
  if (resultSet !== true) return { rows: left };
  return {
    resultSet: {
      getRows: (size: number) => Promise.resolve(left.splice(0, size)),
      close: () => Promise.resolve(),
    },
  };
}

/** An error as the driver makes it. */
export function driverError(message: string): Error {
  return new Error(message);
}
