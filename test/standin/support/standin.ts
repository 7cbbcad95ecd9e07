import oracledb from 'oracledb';
import { createStandinServer, type StandinOptions, type StandinServer } from '../../../src/standin/server';
import type { OracleColumn } from '../../../src/standin/contract/translation';
import { freshDatabase } from '../../support/databases';
import { trivialDialect } from './trivial-dialect';
import { connected } from '../../support/sql';

export const PASSWORD = 'Correct horse 42';

export interface TestStandin {
  readonly server: StandinServer;
  readonly pgUrl: string;
  readonly connectString: string;
  connect(options?: Partial<oracledb.ConnectionAttributes>): Promise<oracledb.Connection>;
  /** Runs SQL of PostgreSQL's behind the stand-in's back. */
  sql(text: string): Promise<void>;
  stop(): Promise<void>;
}

/** What a test says about its stand-in: options, and the Oracle types of its columns by name. */
export interface TestStandinOptions extends Partial<StandinOptions> {
  readonly columns?: Readonly<Record<string, Omit<OracleColumn, 'name' | 'nullable'>>>;
  readonly setUp?: string;
}

/** A stand-in in this process, on a database of its own, whose SQL is PostgreSQL's. */
export async function aStandin({ columns, setUp = '', ...options }: TestStandinOptions = {}): Promise<TestStandin> {
  const database = await freshDatabase('stand-in');
  const pgUrl = database.url;
  const dialect = trivialDialect(columns);
  const sql = async (text: string): Promise<void> => {
    const client = await connected(pgUrl);
    try {
      await client.query(text);
      const { rows } = await client.query<{ oid: number; attnum: number; attname: string }>(
        `select attrelid::int as oid, attnum, attname from pg_attribute a join pg_class c on c.oid = a.attrelid
          where relnamespace = '"ABIS"'::regnamespace and attnum > 0`,
      );
      for (const { oid, attnum, attname } of rows) dialect.learn(oid, attnum, attname);
    } finally {
      await client.end();
    }
  };
  await sql(`create schema "ABIS"; create schema "SYS"; set search_path to "ABIS"; ${setUp}`);
  const base = { pgUrl, users: { ABIS: PASSWORD }, serviceName: 'LEGACY', verifierRounds: 1 };
  const server = await createStandinServer({ ...base, ...options }, dialect);
  const connectString = `${server.host}:${server.port}/${options.serviceName ?? base.serviceName}`;
  return {
    server,
    pgUrl,
    connectString,
    connect: (login = {}) => oracledb.getConnection({ user: 'abis', password: PASSWORD, connectString, ...login }),
    sql: (text) => sql(`set search_path to "ABIS"; ${text}`),
    stop: async () => {
      await server.close();
      await database.drop();
    },
  };
}
