import { expressionColumn, PG_TYPE } from '../backend/column-types';
import { declaredType, UNKNOWN_TYPE } from '../backend/parameters';
import { PgFailure } from '../backend/pg-failure';
import type { PgSession } from '../backend/pg-session';
import type { Reply } from '../backend/wire';
import type { ResultField } from '../backend/backend-messages';
import type { Translation } from '../contract/translation';
import { wireColumn, type WireColumn } from '../ttc/oracle-types';
import type { SessionContext } from './context';
import type { Cursor, Prepared } from './cursor';

/** Changes whenever a statement may mean something else than before. */
export function generationOf(session: SessionContext): string {
  return `${session.database.generation}/${session.settings.generation}`;
}

/** The cursor's translation, made again after DDL or ALTER SESSION. Throws OraError. */
export function refreshTranslation(session: SessionContext, cursor: Cursor): void {
  const generation = generationOf(session);
  if (cursor.generation === generation) return;
  cursor.translation = session.database.dialect.translate(cursor.sql, session.settings.dialect);
  cursor.generation = generation;
}

/** Has PostgreSQL parse the cursor's statement for its bind types, unless it has already. Throws PgFailure. */
export async function prepare(session: SessionContext, cursor: Cursor, pg: PgSession): Promise<Prepared> {
  const key = `${cursor.generation} ${cursor.translation.text.length} ${cursor.bindTypes.map(({ type }) => type).join()}`;
  const known = cursor.prepared;
  if (known?.key === key && known.pg === pg) return known;
  if (known && known.pg !== pg) known.pg.forget(known.name);
  const name = `c${cursor.id}`;
  const reply = await parseWithTypes(pg, name, cursor);
  const fields = reply.fields ?? [];
  const prepared = {
    name,
    pg,
    fields,
    parameterTypes: reply.parameterTypes ?? [],
    columns: fields.map((field, index) => announcedColumn(session, field, { translation: cursor.translation, index })),
    key,
  };
  cursor.prepared = prepared;
  return prepared;
}

/** What the dialect says of an expression comes first, then the stored column, then PostgreSQL's type. */
function announcedColumn(
  session: SessionContext,
  field: ResultField,
  { translation, index }: { readonly translation: Translation; readonly index: number },
): WireColumn {
  const column =
    translation.columnTypes?.[index] ??
    (field.tableOid === 0 ? undefined : session.database.dialect.columnOf(field.tableOid, field.attnum)) ??
    expressionColumn(field);
  return wireColumn(column, translation.columnNames?.[index] ?? field.name);
}

/** States in which other parameter types may be understood: indeterminate, no such function, mismatch, ambiguous, no cast. */
const RETRY_STATES: ReadonlySet<string> = new Set(['42P18', '42883', '42804', '42725', '42846']);

/** Declared as Oracle has them; then texts as texts; then all left to PostgreSQL: the first that it understands. */
async function parseWithTypes(pg: PgSession, name: string, cursor: Cursor): Promise<Reply> {
  const { parameters, text } = cursor.translation;
  const declared = parameters.map((parameter) => {
    if (parameter.from !== 'bind') return UNKNOWN_TYPE;
    return parameter.as === 'rowid' ? PG_TYPE.tid : declaredType(cursor.bindTypes[parameter.index]);
  });
  const definite = declared.map((type) => (type === UNKNOWN_TYPE ? PG_TYPE.text : type));
  let first: unknown;
  for (const types of [declared, definite, declared.map(() => UNKNOWN_TYPE)]) {
    try {
      return await pg.prepare(name, text, types);
    } catch (error) {
      first ??= error;
      if (parameters.length === 0 || !(error instanceof PgFailure) || !RETRY_STATES.has(error.error.sqlState)) break;
    }
  }
  throw first as Error;
}
