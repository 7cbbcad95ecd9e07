import { OraError, notImplemented } from '../contract/ora-error';
import { Cursor } from './parse/cursor';
import type { Dictionary } from './values/dictionary';
import { emitDml } from './emit/emit-dml';
import { emitExpression } from './emit/emit-expression';
import { emitQuery } from './emit/emit-query';
import { Emission } from './values/emission';
import { resultColumn } from './values/kind';
import { parseDml } from './parse/parse-dml';
import { parseQuery } from './parse/parse-query';
import { EMPTY_SCOPE } from './values/scope';
import { translateAlterSession, translateControl } from './translate-session';
import type { DialectSession, Translation } from '../contract/translation';

/** Writes DDL; given from outside because it belongs to the catalogue. */
export type TranslateDdl = (cursor: Cursor, emission: Emission) => Translation;

export interface TranslateOptions {
  readonly dictionary: Dictionary;
  readonly session: DialectSession;
  readonly ddl: TranslateDdl;
}

const DDL = new Set(['CREATE', 'DROP', 'TRUNCATE', 'ALTER', 'COMMENT', 'GRANT', 'REVOKE', 'RENAME']);
const DML = new Set(['INSERT', 'UPDATE', 'DELETE']);
const REFUSED = new Set([
  'MERGE',
  'LOCK',
  'EXPLAIN',
  'CALL',
  'SET',
  'ANALYZE',
  'AUDIT',
  'NOAUDIT',
  'PURGE',
  'FLASHBACK',
]);

/** An emission for one statement of a session. */
function newEmission(dictionary: Dictionary, session: DialectSession): Emission {
  return new Emission(dictionary, session, { expression: emitExpression, query: emitQuery });
}

function gathered(
  emission: Emission,
  cursor: Cursor,
): Pick<Translation, 'parameters' | 'bindCount' | 'locks' | 'tables' | 'asOfScn'> {
  const asOfScn = emission.asOfScn;
  return {
    parameters: emission.parameters,
    bindCount: cursor.bindCount,
    locks: emission.locks,
    tables: [...emission.tables],
    ...(asOfScn === undefined ? {} : { asOfScn }),
  };
}

function translateQuery(cursor: Cursor, emission: Emission): Translation {
  const query = parseQuery(cursor);
  cursor.end();
  const { sql, columns } = emitQuery(emission, query, EMPTY_SCOPE);
  return {
    kind: 'query',
    text: sql,
    ...gathered(emission, cursor),
    columnNames: columns.map((column) => column.name),
    columnTypes: columns.map(({ name, type }) => resultColumn(name, type)),
  };
}

function translateDml(cursor: Cursor, emission: Emission): Translation {
  const dml = parseDml(cursor);
  cursor.end();
  return { kind: 'dml', text: emitDml(emission, dml), ...gathered(emission, cursor) };
}

/** One Oracle statement in PostgreSQL. Throws OraError: ORA-03001 by name for what the stand-in lacks, else as Oracle would. */
export function translateStatement(sql: string, { dictionary, session, ddl }: TranslateOptions): Translation {
  const cursor = new Cursor(sql, session.release, parseQuery);
  const emission = newEmission(dictionary, session);
  const first = cursor.peek();
  if (first.type === 'symbol' && first.text === '(') return translateQuery(cursor, emission);
  if (first.text === 'SELECT' || first.text === 'WITH') return translateQuery(cursor, emission);
  if (DML.has(first.text)) return translateDml(cursor, emission);
  if (cursor.sees('ALTER', 'SESSION')) return translateAlterSession(cursor);
  if (DDL.has(first.text)) return ddl(cursor, emission);
  const control = translateControl(cursor);
  if (control !== undefined) return control;
  if (REFUSED.has(first.text)) throw notImplemented(first.text, first.position);
  throw new OraError(900, 'invalid SQL statement', first.position);
}
