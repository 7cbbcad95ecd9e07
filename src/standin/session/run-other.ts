import { OraError } from '../contract/ora-error';
import type { StatementKind, Translation } from '../contract/translation';
import type { Answer, SessionContext } from './context';
import type { Cursor } from './cursor';
import { commit } from './run-write';

type OtherKind = Exclude<StatementKind, 'query' | 'dml'>;
type Runner = (session: SessionContext, translation: Translation) => Promise<void>;

const RUNNERS: Readonly<Record<OtherKind, Runner>> = {
  ddl: (session, { text, tables }) => runDdl(session, text, tables),
  'alter-session': (session, { settings }) => alterSession(session, settings ?? {}),
  commit,
  rollback: (session, { text }) => (text === '' ? session.pg.rollback() : session.pg.control(text)),
  savepoint: (session, { text }) => session.pg.control(text),
  'no-op': () => Promise.resolve(),
};

/** Executes what is neither query nor DML, and ends the call. */
export async function runOther(
  session: SessionContext,
  cursor: Cursor,
  run: { readonly kind: OtherKind; readonly answer: Answer },
): Promise<void> {
  await RUNNERS[run.kind](session, cursor.translation);
  session.end(run.answer, { cursorId: cursor.id });
}

/** DDL commits before and after, and makes what was known of tables and statements stale. */
async function runDdl(session: SessionContext, sql: string, tables: readonly string[]): Promise<void> {
  const { database } = session;
  await session.pg.ddl(sql);
  database.scns.markDefinitions(tables);
  await database.dialect.refresh();
  database.generation++;
}

/** Throws ORA-01435 for a schema that does not exist. */
export async function alterSession(session: SessionContext, settings: Readonly<Record<string, string>>): Promise<void> {
  const schema = settings['CURRENT_SCHEMA'];
  if (schema !== undefined && !(await schemaExists(session, schema))) throw new OraError(1435, 'user does not exist');
  session.settings.change(settings);
  await session.applySettings();
}

async function schemaExists(session: SessionContext, schema: string): Promise<boolean> {
  const name = schema.replaceAll("'", "''");
  return (await session.pg.scalar(`select 1 from pg_catalog.pg_namespace where nspname = '${name}'`)) > 0;
}
