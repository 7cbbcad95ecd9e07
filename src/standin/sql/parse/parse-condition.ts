import { notImplemented } from '../../contract/ora-error';
import type { Expression } from './ast';
import type { Cursor } from './cursor';

/** Parses a value without a condition; passed in because values and conditions contain each other. */
export type ParseValue = (cursor: Cursor) => Expression;

const COMPARISONS = ['=', '<>', '<=', '>=', '<', '>'] as const;

/** A condition, or a plain value where no condition operator follows (so that parentheses may hold either). */
export function parseCondition(cursor: Cursor, value: ParseValue): Expression {
  return connected(cursor, 'or', () => connected(cursor, 'and', () => negation(cursor, value)));
}

function connected(cursor: Cursor, type: 'and' | 'or', part: () => Expression): Expression {
  const position = cursor.position;
  const first = part();
  const items = [first];
  while (cursor.accept(type.toUpperCase())) items.push(part());
  return items.length === 1 ? first : { type, items, position };
}

function negation(cursor: Cursor, value: ParseValue): Expression {
  const position = cursor.position;
  if (cursor.accept('NOT')) return { type: 'not', of: negation(cursor, value), position };
  if (cursor.accept('EXISTS')) {
    cursor.expect('(');
    const query = cursor.query(cursor);
    cursor.expect(')');
    return { type: 'exists', query, position };
  }
  return predicate(cursor, value);
}

function predicate(cursor: Cursor, value: ParseValue): Expression {
  const of = value(cursor);
  const position = cursor.position;
  const operator = COMPARISONS.find((symbol) => cursor.accept(symbol));
  if (operator !== undefined) {
    if (['ANY', 'SOME', 'ALL'].some((text) => cursor.sees(text, '(')))
      throw notImplemented('ANY, SOME and ALL', cursor.position);
    return { type: 'compare', operator, left: of, right: value(cursor), position };
  }
  if (cursor.accept('IS')) {
    const not = cursor.accept('NOT');
    if (!cursor.accept('NULL')) throw notImplemented(`IS ${cursor.peek().text}`, cursor.position);
    return { type: 'is-null', not, of, position };
  }
  return setPredicate(cursor, of, value);
}

function setPredicate(cursor: Cursor, of: Expression, value: ParseValue): Expression {
  const position = cursor.position;
  const not = cursor.sees('NOT') && ['IN', 'LIKE', 'BETWEEN'].includes(cursor.peek(1).text);
  if (not) cursor.take();
  if (cursor.accept('IN')) return { type: 'in', not, of, items: inItems(cursor, value), position };
  if (cursor.accept('BETWEEN')) {
    const low = value(cursor);
    cursor.expect('AND');
    return { type: 'between', not, of, low, high: value(cursor), position };
  }
  if (cursor.accept('LIKE')) {
    const pattern = value(cursor);
    const escape = cursor.accept('ESCAPE') ? value(cursor) : undefined;
    return { type: 'like', not, of, pattern, ...(escape === undefined ? {} : { escape }), position };
  }
  return of;
}

function inItems(cursor: Cursor, value: ParseValue): Extract<Expression, { type: 'in' }>['items'] {
  if (cursor.sees('(', 'SELECT') || cursor.sees('(', 'WITH')) {
    cursor.expect('(');
    const query = cursor.query(cursor);
    cursor.expect(')');
    return query;
  }
  return cursor.list(() => value(cursor));
}
