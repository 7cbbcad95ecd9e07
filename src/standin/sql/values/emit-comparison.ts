import { OraError, notImplemented } from '../../contract/ora-error';
import { parseRowid, tidText } from '../../contract/rowid';
import type { Expression } from '../parse/ast';
import { coerce, refuseLong } from './coerce';
import type { Emission } from './emission';
import { isMoment, isText, kindName, typed, type Kind, type Typed } from './kind';
import { literal } from './quote';
import type { Scope } from './scope';
import { inconsistentTypes } from '../parse/syntax-error';
import type { DialectSession } from '../../contract/translation';

/** Which kind two operands are compared as, the strongest first: Oracle converts text to what it meets. */
const STRENGTH: readonly Kind[] = [
  'double',
  'number',
  'timestamptz',
  'timestamp9',
  'timestamp',
  'date',
  'raw',
  'interval',
];

function commonKind(left: Typed, right: Typed): Kind {
  const kinds = [left.type.kind, right.type.kind];
  return STRENGTH.find((kind) => kinds.includes(kind)) ?? 'text';
}

/** Length a CHAR value is stored in; undefined for literals and unknown. */
function storedLength({ type }: Typed): number | undefined {
  return type.column?.length;
}

function padded(value: Typed, length: number): string {
  if (value.type.literal === undefined) return `rpad(${value.sql}, ${length})`;
  return `${literal(value.type.literal.trimEnd().padEnd(length))}::text`;
}

/** Blank-padded comparison, only when both sides are CHAR or literals; a VARCHAR2 or a bind makes it exact. */
function charPair(left: Typed, right: Typed): readonly [string, string] {
  const lengths = [storedLength(left), storedLength(right)];
  if (lengths[0] !== undefined && lengths[0] === lengths[1]) return [left.sql, right.sql];
  const length = Math.max(
    ...[left, right].map((side) => side.type.literal?.trimEnd().length ?? storedLength(side) ?? 0),
    ...lengths.map((one) => one ?? 0),
  );
  const fit = (side: Typed): string => (storedLength(side) === length ? side.sql : padded(side, length));
  return [fit(left), fit(right)];
}

/** Both operands as PostgreSQL must see them to compare as Oracle does. ORA-00932, ORA-00997. */
export function comparable(left: Typed, right: Typed, session: DialectSession): readonly [string, string] {
  refuseLong(left, -1);
  refuseLong(right, -1);
  if (left.type.kind === 'char' && right.type.kind === 'char') return charPair(left, right);
  if (isText(left.type.kind) && isText(right.type.kind)) return [left.sql, right.sql];
  if (left.type.kind === 'rowid' && right.type.kind === 'rowid') return [left.sql, right.sql];
  const kind = commonKind(left, right);
  const pair = [coerce(left, kind, session), coerce(right, kind, session)] as const;
  // The suffix is the zone the value was written in, not part of the moment.
  return kind === 'timestamptz' ? [`left(${pair[0]}, 29)`, `left(${pair[1]}, 29)`] : pair;
}

/** An operand met by a ROWID: bind, literal, CHARTOROWID or another ROWID, as `tid`. */
export function rowidOperand(emission: Emission, expression: Expression, scope: Scope): Typed {
  if (expression.type === 'bind') return typed(`${emission.bind(expression.index, 'rowid')}::tid`, 'rowid');
  if (expression.type === 'string') return typed(`'${tidText(parseRowid(expression.value))}'::tid`, 'rowid');
  const value = emission.expression(expression, scope);
  if (value.type.kind !== 'rowid') throw inconsistentTypes(kindName(value.type.kind), expression.position);
  return value;
}

/** Both sides written out; where one is a ROWID the other is read as one. */
function operands(emission: Emission, sides: readonly [Expression, Expression], scope: Scope): readonly [Typed, Typed] {
  const [left, right] = sides;
  const isPlain = (side: Expression): boolean => side.type === 'bind' || side.type === 'string';
  if (isPlain(left)) {
    const second = emission.expression(right, scope);
    if (second.type.kind === 'rowid') return [rowidOperand(emission, left, scope), second];
    return [emission.expression(left, scope), second];
  }
  const first = emission.expression(left, scope);
  if (first.type.kind === 'rowid') return [first, rowidOperand(emission, right, scope)];
  return [first, emission.expression(right, scope)];
}

/** `left operator right`. */
export function emitComparison(
  emission: Emission,
  comparison: Extract<Expression, { type: 'compare' }>,
  scope: Scope,
): string {
  const { operator, left, right } = comparison;
  if (left.type === 'row' || right.type === 'row') return rowComparison(emission, comparison, scope);
  const [first, second] = operands(emission, [left, right], scope);
  const [a, b] = comparable(first, second, emission.session);
  return `${a} ${operator} ${b}`;
}

function rowComparison(
  emission: Emission,
  { operator, left, right, position }: Extract<Expression, { type: 'compare' }>,
  scope: Scope,
): string {
  if (operator !== '=' && operator !== '<>') throw notImplemented(`row values with ${operator}`, position);
  const [a, b] = [emission.expression(left, scope), emission.expression(right, scope)];
  return `${a.sql} ${operator} ${b.sql}`;
}

/** `of BETWEEN low AND high`. */
export function emitBetween(
  emission: Emission,
  { of, low, high, not, position }: Extract<Expression, { type: 'between' }>,
  scope: Scope,
): string {
  const lower = emitComparison(emission, { type: 'compare', operator: '>=', left: of, right: low, position }, scope);
  const upper = emitComparison(emission, { type: 'compare', operator: '<=', left: of, right: high, position }, scope);
  return `${not ? 'NOT ' : ''}(${lower} AND ${upper})`;
}

/** `of IN (list)` or `of IN (query)`. */
export function emitIn(
  emission: Emission,
  { of, items, not, position }: Extract<Expression, { type: 'in' }>,
  scope: Scope,
): string {
  const word = not ? 'NOT IN' : 'IN';
  if ('body' in items) return inQuery(emission, { of, query: items, word }, scope);
  if (items.length > 1000) throw new OraError(1795, 'maximum number of expressions in a list is 1000', position);
  const value = emission.expression(of, scope);
  if (of.type === 'row')
    return `${value.sql} ${word} (${items.map((item) => emission.expression(item, scope).sql).join(', ')})`;
  const written = items.map((item) => {
    const other = value.type.kind === 'rowid' ? rowidOperand(emission, item, scope) : emission.expression(item, scope);
    return comparable(value, other, emission.session);
  });
  const left = written[0]?.[0] ?? value.sql;
  if (written.every((pair) => pair[0] === left))
    return `${left} ${word} (${written.map((pair) => pair[1]).join(', ')})`;
  return `${not ? 'NOT ' : ''}(${written.map((pair) => `${pair[0]} = ${pair[1]}`).join(' OR ')})`;
}

function inQuery(
  emission: Emission,
  { of, query, word }: { of: Expression; query: Parameters<Emission['query']>[0]; word: string },
  scope: Scope,
): string {
  const value = emission.expression(of, scope);
  const inner = emission.query(query, scope);
  const [column] = inner.columns;
  if (column === undefined || of.type === 'row' || column.type.kind === value.type.kind)
    return `${value.sql} ${word} (${inner.sql})`;
  const alias = `"${emission.alias()}"`;
  const [left, right] = comparable(value, { sql: `${alias}.c`, type: column.type }, emission.session);
  return `${left} ${word} (SELECT ${right} FROM (${inner.sql}) ${alias}(c))`;
}

/** `of LIKE pattern [ESCAPE c]`: without ESCAPE a backslash is an ordinary character in Oracle. */
export function emitLike(
  emission: Emission,
  { of, pattern, escape, not }: Extract<Expression, { type: 'like' }>,
  scope: Scope,
): string {
  const text = (expression: Expression): string => {
    const value = emission.expression(expression, scope);
    return isMoment(value.type.kind) || value.type.kind === 'number'
      ? coerce(value, 'text', emission.session)
      : value.sql;
  };
  return `${text(of)} ${not ? 'NOT ' : ''}LIKE ${text(pattern)} ESCAPE ${escape === undefined ? "''" : text(escape)}`;
}
