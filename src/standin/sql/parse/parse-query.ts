import { OraError, notImplemented } from '../../contract/ora-error';
import type {
  AsOf,
  Expression,
  Query,
  QueryBody,
  RowLock,
  Select,
  SelectItem,
  SetOperation,
  TableReference,
} from './ast';
import type { Cursor } from './cursor';
import { parseCondition } from './parse-condition';
import { parseExpression, parseOrderItems } from './parse-expression';
import { JOIN_WORDS, RESERVED_WORDS } from './reserved-words';
import { missingKeyword } from './syntax-error';

/** A query with its WITH, set operators, ORDER BY, row limit and FOR UPDATE. */
export function parseQuery(cursor: Cursor): Query {
  const factored = cursor.accept('WITH') ? cursor.commaList(() => factor(cursor)) : [];
  let body = term(cursor);
  for (let operator = setOperator(cursor); operator !== undefined; operator = setOperator(cursor)) {
    body = { type: 'set', operator, left: body, right: term(cursor) };
  }
  if (cursor.sees('ORDER', 'SIBLINGS')) throw notImplemented('ORDER SIBLINGS BY', cursor.position);
  const orderBy = cursor.accept('ORDER', 'BY') ? parseOrderItems(cursor) : [];
  return { with: factored, body, orderBy, ...rowLimit(cursor), ...rowLock(cursor) };
}

function factor(cursor: Cursor): Query['with'][number] {
  if (cursor.sees('FUNCTION') || cursor.sees('PROCEDURE')) throw notImplemented('WITH FUNCTION', cursor.position);
  const name = cursor.name();
  const columns = cursor.sees('(') ? cursor.list(() => cursor.name()) : [];
  cursor.expect('AS', '(');
  const query = parseQuery(cursor);
  cursor.expect(')');
  return { name, columns, query };
}

function term(cursor: Cursor): QueryBody {
  if (cursor.accept('(')) {
    const query = parseQuery(cursor);
    cursor.expect(')');
    return { type: 'nested', query };
  }
  return select(cursor);
}

function setOperator(cursor: Cursor): SetOperation['operator'] | undefined {
  if (cursor.accept('UNION')) return cursor.accept('ALL') ? 'UNION ALL' : 'UNION';
  if (cursor.accept('INTERSECT')) return 'INTERSECT';
  return cursor.accept('MINUS') ? 'MINUS' : undefined;
}

function rowWord(cursor: Cursor): void {
  if (!cursor.accept('ROWS')) cursor.expect('ROW');
}

function rowLimit(cursor: Cursor): Pick<Query, 'offset' | 'fetch'> {
  if (!cursor.modern) return {};
  const offset = cursor.accept('OFFSET') ? parseExpression(cursor) : undefined;
  if (offset !== undefined) rowWord(cursor);
  const fetch = cursor.accept('FETCH') ? fetchCount(cursor) : undefined;
  return { ...(offset === undefined ? {} : { offset }), ...(fetch === undefined ? {} : { fetch }) };
}

function fetchCount(cursor: Cursor): Expression {
  if (!cursor.accept('FIRST')) cursor.expect('NEXT');
  const isOne = cursor.sees('ROW') || cursor.sees('ROWS');
  const count: Expression = isOne ? { type: 'number', text: '1', position: cursor.position } : parseExpression(cursor);
  if (cursor.sees('PERCENT')) throw notImplemented('FETCH … PERCENT', cursor.position);
  rowWord(cursor);
  if (cursor.sees('WITH')) throw notImplemented('FETCH … WITH TIES', cursor.position);
  cursor.expect('ONLY');
  return count;
}

function rowLock(cursor: Cursor): { readonly lock?: RowLock } {
  if (!cursor.accept('FOR')) return {};
  cursor.expect('UPDATE');
  if (cursor.sees('OF')) throw notImplemented('FOR UPDATE OF', cursor.position);
  if (cursor.accept('NOWAIT')) return { lock: { wait: 'NOWAIT' } };
  if (cursor.accept('SKIP', 'LOCKED')) return { lock: { wait: 'SKIP LOCKED' } };
  if (cursor.sees('WAIT')) throw notImplemented('FOR UPDATE WAIT', cursor.position);
  return { lock: { wait: '' } };
}

function select(cursor: Cursor): Select {
  const position = cursor.position;
  cursor.expect('SELECT');
  const distinct = cursor.accept('DISTINCT') || cursor.accept('UNIQUE');
  cursor.accept('ALL');
  const items = cursor.commaList(() => selectItem(cursor));
  if (!cursor.accept('FROM')) throw new OraError(923, 'FROM keyword not found where expected', cursor.position);
  const from = cursor.commaList(() => joined(cursor));
  const where = cursor.accept('WHERE') ? parseCondition(cursor, parseExpression) : undefined;
  if (cursor.sees('CONNECT', 'BY') || cursor.sees('START', 'WITH')) throw notImplemented('CONNECT BY', cursor.position);
  const groupBy = cursor.accept('GROUP', 'BY') ? groupItems(cursor) : [];
  const having = cursor.accept('HAVING') ? parseCondition(cursor, parseExpression) : undefined;
  const conditions = { ...(where === undefined ? {} : { where }), ...(having === undefined ? {} : { having }) };
  return { type: 'select', distinct, items, from, groupBy, ...conditions, position };
}

function groupItems(cursor: Cursor): readonly Expression[] {
  for (const word of ['ROLLUP', 'CUBE', 'GROUPING']) {
    if (cursor.sees(word)) throw notImplemented(`GROUP BY ${word}`, cursor.position);
  }
  return cursor.commaList(() => parseExpression(cursor));
}

function selectItem(cursor: Cursor): SelectItem {
  const position = cursor.position;
  if (cursor.accept('*')) return { expression: { type: 'star', position }, text: '*' };
  const star = qualifiedStar(cursor);
  if (star !== undefined) return { expression: { type: 'star', of: star, position }, text: '*' };
  const expression = parseExpression(cursor);
  const text = cursor.columnText(position, cursor.lastEnd);
  const alias = itemAlias(cursor);
  return { expression, text, ...(alias === undefined ? {} : { alias }) };
}

/** `T.*` and `OWNER.T.*`. */
function qualifiedStar(cursor: Cursor): readonly string[] | undefined {
  const isName = (ahead: number): boolean => ['word', 'quoted'].includes(cursor.peek(ahead).type);
  const isSymbol = (ahead: number, text: string): boolean =>
    cursor.peek(ahead).type === 'symbol' && cursor.peek(ahead).text === text;
  let ahead = 0;
  while (isName(ahead) && isSymbol(ahead + 1, '.')) {
    ahead += 2;
    if (isSymbol(ahead, '*')) {
      const path = Array.from({ length: ahead / 2 }, (_, part) => cursor.peek(part * 2).text);
      for (let taken = 0; taken <= ahead; taken += 1) cursor.take();
      return path;
    }
  }
  return undefined;
}

function itemAlias(cursor: Cursor): string | undefined {
  if (cursor.accept('AS')) return cursor.name();
  const token = cursor.peek();
  if (token.type === 'quoted') return cursor.name();
  return token.type === 'word' && !RESERVED_WORDS.has(token.text) ? cursor.name() : undefined;
}

function joined(cursor: Cursor): TableReference {
  let left = tableReference(cursor);
  for (;;) {
    const position = cursor.position;
    if (cursor.sees('NATURAL')) throw notImplemented('NATURAL JOIN', position);
    const kind = joinKind(cursor);
    if (kind === undefined) return left;
    const right = tableReference(cursor);
    left = { type: 'join', kind, left, right, ...joinCondition(cursor, kind), position };
  }
}

function joinKind(cursor: Cursor): 'INNER' | 'LEFT' | 'RIGHT' | 'FULL' | 'CROSS' | undefined {
  if (cursor.accept('CROSS', 'JOIN')) return 'CROSS';
  if (cursor.accept('INNER', 'JOIN') || cursor.accept('JOIN')) return 'INNER';
  const side = (['LEFT', 'RIGHT', 'FULL'] as const).find((text) => cursor.accept(text));
  if (side === undefined) return undefined;
  cursor.accept('OUTER');
  cursor.expect('JOIN');
  return side;
}

function joinCondition(cursor: Cursor, kind: string): { on?: Expression; using?: readonly string[] } {
  if (kind === 'CROSS') return {};
  if (cursor.accept('USING')) return { using: cursor.list(() => cursor.name()) };
  if (!cursor.accept('ON')) throw missingKeyword(cursor.position);
  return { on: parseCondition(cursor, parseExpression) };
}

/** What may stand where a table stands, or after its name, and is refused. */
const COLLECTIONS = ['TABLE', 'XMLTABLE', 'JSON_TABLE'];
const TABLE_PARTS = ['PARTITION', 'SUBPARTITION', 'SAMPLE'];

function refuseTableForms(cursor: Cursor): void {
  const { position } = cursor;
  if (cursor.modern && cursor.sees('LATERAL')) throw notImplemented('LATERAL', position);
  if (COLLECTIONS.some((word) => cursor.sees(word, '('))) throw notImplemented('TABLE( ) collections', position);
}

function tableReference(cursor: Cursor): TableReference {
  const position = cursor.position;
  refuseTableForms(cursor);
  if (cursor.accept('(')) return parenthesised(cursor, position);
  const token = cursor.peek();
  if (token.type === 'word' && RESERVED_WORDS.has(token.text)) throw new OraError(903, 'invalid table name', position);
  const path = cursor.path();
  const part = TABLE_PARTS.find((word) => cursor.sees(word));
  if (part !== undefined) throw notImplemented(`${part} after a table name`, cursor.position);
  const asOf = flashback(cursor);
  const alias = tableAlias(cursor);
  return {
    type: 'table',
    path,
    ...(asOf === undefined ? {} : { asOf }),
    ...(alias === undefined ? {} : { alias }),
    position,
  };
}

function parenthesised(cursor: Cursor, position: number): TableReference {
  const holdsQuery = cursor.sees('SELECT') || cursor.sees('WITH') || cursor.sees('(');
  if (!holdsQuery) {
    const inner = joined(cursor);
    cursor.expect(')');
    return inner;
  }
  const query = parseQuery(cursor);
  cursor.expect(')');
  const alias = tableAlias(cursor);
  return { type: 'inline', query, ...(alias === undefined ? {} : { alias }), position };
}

function flashback(cursor: Cursor): AsOf | undefined {
  if (cursor.sees('VERSIONS', 'BETWEEN')) throw notImplemented('VERSIONS BETWEEN', cursor.position);
  if (!cursor.accept('AS', 'OF')) return undefined;
  if (cursor.sees('TIMESTAMP')) throw notImplemented('AS OF TIMESTAMP', cursor.position);
  cursor.expect('SCN');
  const enclosed = cursor.accept('(');
  const token = cursor.take();
  if (token.type !== 'number' && token.type !== 'bind')
    throw notImplemented('an expression after AS OF SCN', token.position);
  const asOf: AsOf = token.type === 'number' ? { literal: token.text } : { bind: cursor.bind() };
  if (enclosed) cursor.expect(')');
  return asOf;
}

function tableAlias(cursor: Cursor): string | undefined {
  const token = cursor.peek();
  if (token.type === 'quoted') return cursor.name();
  if (token.type !== 'word' || RESERVED_WORDS.has(token.text) || JOIN_WORDS.has(token.text)) return undefined;
  if (cursor.modern && (token.text === 'FETCH' || token.text === 'OFFSET')) return undefined;
  return cursor.name();
}
