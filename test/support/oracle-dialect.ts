import type { Client } from 'pg';
import { applyDdl } from '../../src/standin/catalog/apply-ddl';
import { openDialect } from '../../src/standin/catalog/open-dialect';
import { OraError } from '../../src/standin/contract/ora-error';
import type {
  BackendError,
  Dialect,
  DialectSession,
  Release,
  Translation,
} from '../../src/standin/contract/translation';
import { catalogDatabase } from './catalog-database';
import { connected } from './sql';

export interface OracleOptions {
  readonly release?: Release;
  readonly characterSet?: string;
  readonly ddl?: readonly string[];
}

/** An Oracle dialect over a database of its own, with users ABIS (owner), READER (dictionary rights) and STRANGER. */
export interface TestOracle {
  readonly url: string;
  readonly client: Client;
  readonly dialect: Dialect;
  translate(sql: string, user?: string): Translation;
  /** Rows as arrays, values as PostgreSQL's text. Throws OraError for what PostgreSQL refuses. */
  run(
    sql: string,
    options?: { readonly user?: string; readonly binds?: readonly unknown[] },
  ): Promise<readonly (readonly (string | null)[])[]>;
  close(): Promise<void>;
}

const AS_TEXT = { getTypeParser: () => (value: string) => value };

function session(user: string, release: Release): DialectSession {
  return {
    user,
    currentSchema: 'ABIS',
    release,
    settings: { NLS_DATE_FORMAT: 'YYYY-MM-DD HH24:MI:SS', NLS_TIMESTAMP_FORMAT: 'YYYY-MM-DD HH24:MI:SS.FF' },
  };
}

function backendError(error: Record<string, string>): BackendError {
  const { code = '', message = '', ...rest } = error;
  return { sqlState: code, message, ...rest };
}

/** Installs, applies the DDL as ABIS and opens. */
export async function testOracle({
  release = '11.2',
  characterSet = 'US7ASCII',
  ddl = [],
}: OracleOptions = {}): Promise<TestOracle> {
  const database = await catalogDatabase({
    characterSet,
    users: ['ABIS', 'READER', 'STRANGER'],
    dictionaryUsers: ['READER'],
  });
  await applyDdl(database.url, 'ABIS', ddl);
  const dialect = await openDialect(database.url, { release });
  const client = await connected(database.url);
  const translate = (sql: string, user = 'ABIS'): Translation => dialect.translate(sql, session(user, release));
  const execute = async (
    translation: Translation,
    binds: readonly unknown[],
  ): Promise<readonly (readonly (string | null)[])[]> => {
    const values = translation.parameters.map((one) => (one.from === 'bind' ? binds[one.index] : '42'));
    try {
      const query = { text: translation.text, rowMode: 'array' as const, types: AS_TEXT as never };
      const result = await client.query(values.length > 0 ? { ...query, values } : query);
      return (Array.isArray(result) ? [] : result.rows) as readonly (readonly (string | null)[])[];
    } catch (error) {
      const { ora, message } = dialect.errorFor(backendError(error as Record<string, string>), translation);
      throw new OraError(ora, message.replace(/^ORA-\d{5}: /, ''));
    }
  };
  return {
    url: database.url,
    client,
    dialect,
    translate,
    run: async (sql, { user = 'ABIS', binds = [] } = {}) => {
      await client.query(`SELECT set_config('standin.user', $1, false), set_config('standin.schema', 'ABIS', false)`, [
        user,
      ]);
      const translation = translate(sql, user);
      const rows = translation.text === '' ? [] : await execute(translation, binds);
      if (translation.kind === 'ddl') await dialect.refresh();
      return rows;
    },
    close: async () => {
      await client.end();
      await dialect.close();
      await database.drop();
    },
  };
}
