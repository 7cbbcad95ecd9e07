import { OraError, notImplemented } from '../../contract/ora-error';
import type { Expression } from '../../sql/parse/ast';
import type { Cursor } from '../../sql/parse/cursor';
import { oracleColumn } from '../../sql/values/oracle-column';
import { parseExpression } from '../../sql/parse/parse-expression';
import { parseType } from '../../sql/parse/parse-type';
import { RESERVED_WORDS } from '../../sql/parse/reserved-words';
import type { OracleColumn } from '../../contract/translation';
import { parseInlineConstraints, type ParsedConstraint } from './parse-constraint';

export interface ParsedColumn {
  readonly column: OracleColumn;
  readonly default?: { readonly expression: Expression; readonly text: string };
  readonly constraints: readonly ParsedConstraint[];
}

/** A column's name; a reserved word must be quoted. ORA-00904. */
export function parseColumnName(cursor: Cursor): string {
  const token = cursor.peek();
  if (token.type === 'word' && RESERVED_WORDS.has(token.text))
    throw new OraError(904, ': invalid identifier', token.position);
  return cursor.name();
}

/** `DEFAULT expr`, with its text as DATA_DEFAULT shows it. */
export function parseDefault(cursor: Cursor): Pick<ParsedColumn, 'default'> {
  if (!cursor.accept('DEFAULT')) return {};
  if (cursor.sees('ON', 'NULL') && cursor.modern) throw notImplemented('DEFAULT ON NULL', cursor.position);
  const from = cursor.position;
  const expression = parseExpression(cursor);
  return { default: { expression, text: cursor.sql.slice(from, cursor.lastEnd) } };
}

/** `name type [DEFAULT …] [constraints]`. */
export function parseColumn(cursor: Cursor): ParsedColumn {
  const name = parseColumnName(cursor);
  const column = oracleColumn(parseType(cursor), { name, release: cursor.release });
  if (cursor.sees('GENERATED') && !cursor.modern) throw new OraError(907, 'missing right parenthesis', cursor.position);
  const value = parseDefault(cursor);
  return { column, ...value, constraints: parseInlineConstraints(cursor, name) };
}
