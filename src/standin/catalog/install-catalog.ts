import { Client } from 'pg';
import { OraError } from '../contract/ora-error';
import { identifier, literal } from '../sql/values/quote';
import { charset } from './dictionary/charset';
import { charsetFunctions, SYS_FIRST_FUNCTIONS, SYS_FUNCTIONS } from './sys-functions';
import { SYS_TABLES } from './sys-tables';
import { DICTIONARY_VIEWS } from './views/dictionary-views';
import { viewSql } from './views/view-definition';

export interface InstallOptions {
  /** NLS_CHARACTERSET; US7ASCII unless said. */
  readonly characterSet?: string;
  /** Oracle users; each gets a schema. */
  readonly users: readonly string[];
  /** Those who may read DBA_ and V$ views (SELECT_CATALOG_ROLE and SELECT ANY DICTIONARY). */
  readonly dictionaryUsers?: readonly string[];
}

function viewsSql(): string {
  const views = [...DICTIONARY_VIEWS.values()];
  const drops = views.map((view) => `DROP VIEW IF EXISTS "SYS".${identifier(view.name)};`);
  return [...drops, ...views.map(viewSql)].join('\n');
}

function userSql(user: string): string {
  return `CREATE SCHEMA IF NOT EXISTS ${identifier(user)};
    INSERT INTO "SYS".account (username) VALUES (${literal(user)}) ON CONFLICT DO NOTHING;`;
}

function grantSql(user: string, role: string): string {
  return `INSERT INTO "SYS".granted_role VALUES (${literal(user)}, ${literal(role)}) ON CONFLICT DO NOTHING;`;
}

/** The oldest major version with unique indexes in which NULLs are equal, as they are in Oracle's, and with numbers of negative scale. */
export const OLDEST_POSTGRES = 15;

/** Makes schema SYS and the users' schemas, in one transaction; running it again repairs and adds. ORA-12705 for an unknown character set. */
export async function installCatalog(pgUrl: string, options: InstallOptions): Promise<void> {
  const name = options.characterSet ?? 'US7ASCII';
  const parts = [
    'BEGIN',
    SYS_TABLES,
    SYS_FIRST_FUNCTIONS,
    charsetFunctions(charset(name)),
    SYS_FUNCTIONS,
    `INSERT INTO "SYS".setting VALUES ('NLS_CHARACTERSET', ${literal(name)}) ON CONFLICT (name) DO UPDATE SET value = excluded.value;`,
    viewsSql(),
    ...options.users.map((user) => userSql(user.toUpperCase())),
    ...(options.dictionaryUsers ?? []).flatMap((user) =>
      ['SELECT_CATALOG_ROLE', 'SELECT ANY DICTIONARY'].map((role) => grantSql(user.toUpperCase(), role)),
    ),
    'COMMIT',
  ];
  await withClient(pgUrl, async (client) => {
    await refuseOldServer(client);
    await client.query(parts.join(';\n').replaceAll(';;', ';'));
  });
}

async function refuseOldServer(client: Client): Promise<void> {
  const { rows } = await client.query<{ version: string; old: boolean }>(
    `select current_setting('server_version') as version,
       current_setting('server_version_num')::int < ${OLDEST_POSTGRES * 10_000} as old`,
  );
  const [server] = rows;
  if (server?.old !== true) return;
  throw new OraError(
    3001,
    `unimplemented feature: the stand-in needs PostgreSQL ${OLDEST_POSTGRES} or later for its rows, not ${server.version}`,
  );
}

/** Gives a user a role or a system privilege, such as SELECT_CATALOG_ROLE. */
export async function grantRole(pgUrl: string, user: string, role: string): Promise<void> {
  await withClient(pgUrl, (client) => client.query(grantSql(user.toUpperCase(), role.toUpperCase())));
}

/** Runs something on a connection of its own and closes it. */
export async function withClient<T>(pgUrl: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: pgUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
