import { OraError, notImplemented } from '../../contract/ora-error';
import type { Assignment, Dml, Expression, Target } from './ast';
import type { Cursor } from './cursor';
import { parseCondition } from './parse-condition';
import { parseExpression } from './parse-expression';
import { RESERVED_WORDS } from './reserved-words';

/** INSERT, UPDATE or DELETE. */
export function parseDml(cursor: Cursor): Dml {
  const dml = statement(cursor);
  if (cursor.sees('RETURNING') || cursor.sees('RETURN')) throw notImplemented('RETURNING', cursor.position);
  if (cursor.sees('LOG', 'ERRORS')) throw notImplemented('LOG ERRORS', cursor.position);
  return dml;
}

function statement(cursor: Cursor): Dml {
  if (cursor.accept('INSERT')) return insert(cursor);
  if (cursor.accept('UPDATE')) return update(cursor);
  cursor.expect('DELETE');
  cursor.accept('FROM');
  const from = target(cursor);
  return { type: 'delete', from, ...where(cursor) };
}

function where(cursor: Cursor): { readonly where?: Expression } {
  return cursor.accept('WHERE') ? { where: parseCondition(cursor, parseExpression) } : {};
}

function target(cursor: Cursor): Target {
  const position = cursor.position;
  if (cursor.sees('(')) throw notImplemented('DML on an inline view', position);
  const path = cursor.path();
  const token = cursor.peek();
  const hasAlias = token.type === 'quoted' || (token.type === 'word' && !RESERVED_WORDS.has(token.text));
  return { path, ...(hasAlias ? { alias: cursor.name() } : {}), position };
}

function valueOrDefault(cursor: Cursor): Expression | 'DEFAULT' {
  return cursor.accept('DEFAULT') ? 'DEFAULT' : parseExpression(cursor);
}

function insert(cursor: Cursor): Dml {
  if (cursor.sees('ALL') || cursor.sees('FIRST')) throw notImplemented('multi-table INSERT', cursor.position);
  cursor.expect('INTO');
  const into = target(cursor);
  const columns = cursor.sees('(') && !cursor.sees('(', 'SELECT') ? cursor.list(() => columnName(cursor)) : [];
  const position = cursor.position;
  if (cursor.accept('VALUES')) {
    return { type: 'insert', into, columns, values: cursor.list(() => valueOrDefault(cursor)), position };
  }
  if (!['SELECT', 'WITH', '('].some((text) => cursor.sees(text)))
    throw new OraError(926, 'missing VALUES keyword', position);
  return { type: 'insert', into, columns, values: cursor.query(cursor), position };
}

/** Oracle lets the table's name or alias stand before the column. */
function columnName(cursor: Cursor): string {
  return cursor.path().at(-1) ?? '';
}

function update(cursor: Cursor): Dml {
  const table = target(cursor);
  if (!cursor.accept('SET')) throw new OraError(971, 'missing SET keyword', cursor.position);
  const set = cursor.commaList((): Assignment => {
    const position = cursor.position;
    const columns = cursor.sees('(') ? cursor.list(() => columnName(cursor)) : [columnName(cursor)];
    cursor.expect('=');
    return { columns, value: valueOrDefault(cursor), position };
  });
  return { type: 'update', table, set, ...where(cursor) };
}
