import { OraError, notImplemented } from '../../contract/ora-error';
import type { Call, Expression, OrderItem, Over, When } from './ast';
import type { Cursor } from './cursor';
import { parseCondition } from './parse-condition';
import { parseType } from './parse-type';
import { RESERVED_WORDS } from './reserved-words';
import { missingExpression } from './syntax-error';

/** Words that stand for a value although Oracle reserves them. */
const VALUE_WORDS = new Set(['ROWID', 'ROWNUM', 'SYSDATE', 'USER', 'UID', 'LEVEL', 'CHAR']);

/** `a + b || c …`: a value, no condition. */
export function parseExpression(cursor: Cursor): Expression {
  let left = product(cursor);
  for (;;) {
    const position = cursor.position;
    const operator = (['+', '-', '||'] as const).find((symbol) => cursor.accept(symbol));
    if (operator === undefined) return left;
    left = { type: 'binary', operator, left, right: product(cursor), position };
  }
}

/** `ORDER BY` list, the words themselves already read. */
export function parseOrderItems(cursor: Cursor): readonly OrderItem[] {
  return cursor.commaList(() => {
    const by = parseExpression(cursor);
    const descending = cursor.accept('DESC');
    if (!descending) cursor.accept('ASC');
    if (cursor.accept('NULLS', 'FIRST')) return { by, descending, nulls: 'FIRST' as const };
    return cursor.accept('NULLS', 'LAST') ? { by, descending, nulls: 'LAST' as const } : { by, descending };
  });
}

function product(cursor: Cursor): Expression {
  let left = signed(cursor);
  for (;;) {
    const position = cursor.position;
    const operator = (['*', '/'] as const).find((symbol) => cursor.accept(symbol));
    if (operator === undefined) return left;
    left = { type: 'binary', operator, left, right: signed(cursor), position };
  }
}

function signed(cursor: Cursor): Expression {
  const position = cursor.position;
  if (cursor.accept('+')) return signed(cursor);
  if (cursor.accept('-')) return { type: 'negative', of: signed(cursor), position };
  if (cursor.sees('PRIOR') || cursor.sees('CONNECT_BY_ROOT')) throw notImplemented('CONNECT BY', position);
  return primary(cursor);
}

function primary(cursor: Cursor): Expression {
  const token = cursor.peek();
  const position = token.position;
  switch (token.type) {
    case 'number':
      return { type: 'number', text: cursor.take().text, position };
    case 'string':
      return { type: 'string', value: cursor.take().text, position };
    case 'bind':
      cursor.take();
      return { type: 'bind', index: cursor.bind(), position };
    case 'symbol':
      return parenthesised(cursor);
    case 'quoted':
      return named(cursor);
    case 'word':
      return word(cursor);
    case 'end':
      throw missingExpression(position);
  }
}

function parenthesised(cursor: Cursor): Expression {
  const position = cursor.position;
  if (!cursor.accept('(')) throw missingExpression(position);
  if (startsQuery(cursor)) {
    const query = cursor.query(cursor);
    cursor.expect(')');
    return { type: 'query', query, position };
  }
  const items = cursor.commaList(() => parseCondition(cursor, parseExpression));
  cursor.expect(')');
  const [only] = items;
  return items.length === 1 && only !== undefined ? only : { type: 'row', items, position };
}

function startsQuery(cursor: Cursor): boolean {
  let ahead = 0;
  while (cursor.peek(ahead).type === 'symbol' && cursor.peek(ahead).text === '(') ahead += 1;
  const token = cursor.peek(ahead);
  return token.type === 'word' && (token.text === 'SELECT' || (ahead === 0 && token.text === 'WITH'));
}

function word(cursor: Cursor): Expression {
  const token = cursor.peek();
  const position = token.position;
  const special = SPECIAL[token.text];
  const built = special?.(cursor, position);
  if (built !== undefined) return built;
  if (RESERVED_WORDS.has(token.text) && !VALUE_WORDS.has(token.text)) throw missingExpression(position);
  return named(cursor);
}

type Special = (cursor: Cursor, position: number) => Expression | undefined;

const SPECIAL: Readonly<Record<string, Special>> = {
  NULL: (cursor, position) => {
    cursor.take();
    return { type: 'null', position };
  },
  CASE: caseExpression,
  DATE: moment('DATE'),
  TIMESTAMP: moment('TIMESTAMP'),
  INTERVAL: interval,
  CAST: cast,
  EXTRACT: extract,
  TRIM: trim,
};

function moment(of: 'DATE' | 'TIMESTAMP'): Special {
  return (cursor, position) => {
    if (cursor.peek(1).type !== 'string') return undefined;
    cursor.take();
    return { type: 'moment', of, value: cursor.take().text, position };
  };
}

function interval(cursor: Cursor, position: number): Expression | undefined {
  if (cursor.peek(1).type !== 'string') return undefined;
  cursor.take();
  const value = cursor.take().text;
  let unit = cursor.take().text;
  if (cursor.accept('(')) {
    while (!cursor.accept(')')) cursor.take();
  }
  if (cursor.accept('TO')) {
    unit += ` TO ${cursor.take().text}`;
    if (cursor.accept('(')) while (!cursor.accept(')')) cursor.take();
  }
  return { type: 'interval', value, unit, position };
}

function cast(cursor: Cursor, position: number): Expression {
  cursor.expect('CAST', '(');
  if (cursor.sees('MULTISET')) throw notImplemented('CAST(MULTISET)', cursor.position);
  const of = parseExpression(cursor);
  cursor.expect('AS');
  const to = parseType(cursor);
  cursor.expect(')');
  return { type: 'cast', of, to, position };
}

function extract(cursor: Cursor, position: number): Expression {
  cursor.expect('EXTRACT', '(');
  const field = cursor.name();
  cursor.expect('FROM');
  const of = parseExpression(cursor);
  cursor.expect(')');
  return { type: 'extract', field, of, position };
}

/** TRIM has its own grammar: `TRIM([LEADING|TRAILING|BOTH] [c] FROM s)`; it becomes TRIM, LTRIM or RTRIM with (s, c). */
function trim(cursor: Cursor, position: number): Expression {
  cursor.expect('TRIM', '(');
  const side = ['LEADING', 'TRAILING', 'BOTH'].find((text) => cursor.accept(text));
  const first = cursor.sees('FROM') ? undefined : parseExpression(cursor);
  const of = cursor.accept('FROM') ? parseExpression(cursor) : first;
  cursor.expect(')');
  if (of === undefined) throw missingExpression(position);
  const name = side === 'LEADING' ? 'LTRIM' : side === 'TRAILING' ? 'RTRIM' : 'TRIM';
  const values = first === undefined || first === of ? [of] : [of, first];
  return { type: 'call', name, arguments: values, distinct: false, star: false, position };
}

function caseExpression(cursor: Cursor, position: number): Expression {
  cursor.expect('CASE');
  const subject = cursor.sees('WHEN') ? undefined : parseExpression(cursor);
  const whens: When[] = [];
  while (cursor.accept('WHEN')) {
    const condition = subject === undefined ? parseCondition(cursor, parseExpression) : parseExpression(cursor);
    cursor.expect('THEN');
    whens.push({ condition, result: parseExpression(cursor) });
  }
  const otherwise = cursor.accept('ELSE') ? parseExpression(cursor) : undefined;
  cursor.expect('END');
  return {
    type: 'case',
    ...(subject === undefined ? {} : { subject }),
    whens,
    ...(otherwise === undefined ? {} : { otherwise }),
    position,
  };
}

function named(cursor: Cursor): Expression {
  const position = cursor.position;
  const path = cursor.path();
  if (cursor.sees('(+)')) throw notImplemented('the outer join operator (+)', cursor.position);
  if (cursor.sees('(')) return call(cursor, path.join('.'), position);
  return { type: 'name', path, position };
}

function call(cursor: Cursor, name: string, position: number): Expression {
  cursor.expect('(');
  const star = cursor.accept('*');
  const distinct = cursor.accept('DISTINCT') || cursor.accept('UNIQUE');
  cursor.accept('ALL');
  const values = star || cursor.sees(')') ? [] : cursor.commaList(() => parseExpression(cursor));
  if (cursor.sees('ON', 'OVERFLOW') && cursor.modern) throw notImplemented('LISTAGG … ON OVERFLOW', cursor.position);
  cursor.expect(')');
  const base: Call = { type: 'call', name, arguments: values, distinct, star, position };
  return withOver(cursor, withGroup(cursor, base));
}

function withGroup(cursor: Cursor, base: Call): Call {
  if (!cursor.accept('WITHIN', 'GROUP')) return base;
  cursor.expect('(', 'ORDER', 'BY');
  const withinGroup = parseOrderItems(cursor);
  cursor.expect(')');
  return { ...base, withinGroup };
}

function withOver(cursor: Cursor, base: Call): Call {
  if (cursor.sees('KEEP', '(')) throw notImplemented('KEEP (DENSE_RANK …)', cursor.position);
  if (!cursor.accept('OVER')) return base;
  cursor.expect('(');
  const partitionBy = cursor.accept('PARTITION', 'BY') ? cursor.commaList(() => parseExpression(cursor)) : [];
  const orderBy = cursor.accept('ORDER', 'BY') ? parseOrderItems(cursor) : [];
  if (cursor.sees('ROWS') || cursor.sees('RANGE')) throw notImplemented('a windowing clause', cursor.position);
  if (!cursor.accept(')')) throw new OraError(907, 'missing right parenthesis', cursor.position);
  const over: Over = { partitionBy, orderBy };
  return { ...base, over };
}
