import oracledb from 'oracledb';
import { applyDdl } from '../../src/standin/catalog/apply-ddl';
import { openDialect } from '../../src/standin/catalog/open-dialect';
import { createStandinServer, type StandinOptions, type StandinServer } from '../../src/standin/server';
import type { Dialect } from '../../src/standin/contract/translation';
import { catalogDatabase } from './catalog-database';

export const STANDIN_OWNER = 'LEGACY';
export const STANDIN_PASSWORD = 'Correct horse 42';

export interface TestStandinSetup extends Partial<StandinOptions> {
  /** Oracle statements, run in order as LEGACY. */
  readonly ddl: readonly string[];
  /** Statements of other schemas, run in order as their owners, after those of LEGACY. */
  readonly schemas?: Readonly<Record<string, readonly string[]>>;
  readonly characterSet?: string;
  /** Whether LEGACY may read DBA_ and V$ views; true unless told. */
  readonly dictionary?: 'visible' | 'hidden';
}

export interface LegacyStandin {
  readonly server: StandinServer;
  readonly pgUrl: string;
  /** Sees every statement, for spies. */
  readonly dialect: Dialect;
  /** What `openOracleSource` takes. */
  readonly settings: { readonly user: string; readonly password: string; readonly connectString: string };
  /** Runs statements over the driver and commits. */
  run(...statements: readonly (string | { sql: string; rows: unknown[][] })[]): Promise<void>;
  stop(): Promise<void>;
}

/** The embedded Oracle in this process, with a catalogue, on a database of its own. */
export async function startTestStandin(setup: TestStandinSetup): Promise<LegacyStandin> {
  const { ddl, schemas = {}, characterSet = 'AL32UTF8', dictionary = 'visible', release = '19c', ...options } = setup;
  const users = [STANDIN_OWNER];
  const database = await catalogDatabase({
    users: [...users, ...Object.keys(schemas)],
    characterSet,
    ...(dictionary === 'visible' ? { dictionaryUsers: users } : {}),
  });
  const pgUrl = database.url;
  await applyDdl(pgUrl, STANDIN_OWNER, ddl);
  for (const [owner, statements] of Object.entries(schemas)) await applyDdl(pgUrl, owner, statements);
  const dialect = await openDialect(pgUrl, { release });
  const login = { [STANDIN_OWNER]: STANDIN_PASSWORD };
  const server = await createStandinServer(
    { pgUrl, users: login, serviceName: 'LEGACYDB', release, verifierRounds: 1, ...options },
    dialect,
  );
  const connectString = `${server.host}:${server.port}/LEGACYDB`;
  const settings = { user: STANDIN_OWNER, password: STANDIN_PASSWORD, connectString };
  return {
    server,
    pgUrl,
    dialect,
    settings,
    run: (...statements) => runAll(settings, statements),
    stop: async () => {
      await server.close();
      await dialect.close();
      await database.drop();
    },
  };
}

async function runAll(
  settings: oracledb.ConnectionAttributes,
  statements: readonly (string | { sql: string; rows: unknown[][] })[],
): Promise<void> {
  const session = await oracledb.getConnection(settings);
  try {
    for (const statement of statements) {
      if (typeof statement === 'string') await session.execute(statement);
      else await session.executeMany(statement.sql, statement.rows);
    }
    await session.commit();
  } finally {
    await session.close();
  }
}
