import { OraError, notImplemented } from '../../contract/ora-error';
import type { Expression, OrderItem, Query, QueryBody } from '../parse/ast';
import { refuseLong } from '../values/coerce';
import { emitSelect } from './emit-select';
import type { EmittedQuery, Emission } from '../values/emission';
import { identifier } from '../values/quote';
import type { CommonTable, Scope } from '../values/scope';

const OPERATORS = { UNION: 'UNION', 'UNION ALL': 'UNION ALL', INTERSECT: 'INTERSECT', MINUS: 'EXCEPT' } as const;

interface Body extends EmittedQuery {
  /** The scope of a plain SELECT; absent after set operators, where ORDER BY sees result columns only. */
  readonly scope?: Scope;
}

function setBody(emission: Emission, body: Extract<QueryBody, { type: 'set' }>, scope: Scope): Body {
  const left = emitBody(emission, body.left, { scope, orderBy: [] });
  const right = emitBody(emission, body.right, { scope, orderBy: [] });
  if (left.columns.length !== right.columns.length)
    throw new OraError(1789, 'query block has incorrect number of result columns');
  if (body.operator !== 'UNION ALL') {
    for (const column of left.columns) refuseLong({ sql: '', type: column.type }, -1);
  }
  const columns = left.columns.map((column, index) => {
    const other = right.columns[index]?.type ?? column.type;
    if (column.type.kind !== 'unknown')
      return { name: column.name, type: { ...column.type, ...wider(column.type, other) } };
    return { name: column.name, type: other };
  });
  return { sql: `(${left.sql}) ${OPERATORS[body.operator]} (${right.sql})`, columns };
}

type ColumnType = EmittedQuery['columns'][number]['type'];

/** Literals of different lengths, or columns of different sizes, make the longer one. */
function wider(left: ColumnType, right: ColumnType): Partial<ColumnType> {
  if (left.literal !== undefined) return longer(right.literal, left.literal) ? { literal: right.literal } : {};
  const length = right.column?.length ?? 0;
  return left.column?.length !== undefined && length > left.column.length ? { column: { ...left.column, length } } : {};
}

function longer(text: string | undefined, than: string): text is string {
  return text !== undefined && text.length > than.length;
}

function emitBody(
  emission: Emission,
  body: QueryBody,
  { scope, orderBy }: { scope: Scope; orderBy: readonly OrderItem[] },
): Body {
  switch (body.type) {
    case 'select':
      return emitSelect(emission, body, { parent: scope, orderBy });
    case 'set':
      return setBody(emission, body, scope);
    case 'nested':
      return emission.query(body.query, scope);
  }
}

function orderKey(emission: Emission, body: Body, { by, descending, nulls }: OrderItem): string {
  return `${orderValue(emission, body, by)}${descending ? ' DESC' : ''}${nulls === undefined ? '' : ` NULLS ${nulls}`}`;
}

/** A position, the name of a result column, or an expression over the sources. ORA-01785. */
function orderValue(emission: Emission, body: Body, by: Expression): string {
  if (by.type === 'number' && /^[1-9]\d*$/.test(by.text) && Number(by.text) <= body.columns.length) return by.text;
  const name = by.type === 'name' && by.path.length === 1 ? by.path[0] : undefined;
  if (name !== undefined && body.columns.filter((column) => column.name === name).length === 1) return identifier(name);
  if (by.type === 'number' || body.scope === undefined) {
    throw new OraError(1785, 'ORDER BY item must be the number of a SELECT-list expression', by.position);
  }
  const value = emission.expression(by, body.scope);
  refuseLong(value, by.position);
  return value.sql;
}

function withClause(emission: Emission, query: Query, scope: Scope): { readonly sql: string; readonly scope: Scope } {
  if (query.with.length === 0) return { sql: '', scope };
  let inner = scope;
  const parts = query.with.map(({ name, columns, query: body }) => {
    const emitted = emission.query(body, inner);
    const named = emitted.columns.map((column, index) => ({ ...column, name: columns[index] ?? column.name }));
    const table: CommonTable = { name, columns: named.map((column) => ({ ...column, sql: '' })) };
    inner = { sources: [], common: [table], parent: inner };
    const list = columns.length === 0 ? '' : `(${columns.map(identifier).join(', ')})`;
    return `${identifier(name)}${list} AS (${emitted.sql})`;
  });
  return { sql: `WITH ${parts.join(', ')} `, scope: inner };
}

function limits(emission: Emission, query: Query, scope: Scope): string {
  const offset = query.offset === undefined ? '' : ` OFFSET (${emission.expression(query.offset, scope).sql})::bigint`;
  const fetch = query.fetch === undefined ? '' : ` LIMIT (${emission.expression(query.fetch, scope).sql})::bigint`;
  return `${fetch}${offset}`;
}

/** A whole query in PostgreSQL with its columns. */
export function emitQuery(emission: Emission, query: Query, scope: Scope): EmittedQuery {
  const common = withClause(emission, query, scope);
  const body = emitBody(emission, query.body, { scope: common.scope, orderBy: query.orderBy });
  const keys = query.orderBy.map((item) => orderKey(emission, body, item));
  const order = keys.length === 0 ? '' : ` ORDER BY ${keys.join(', ')}`;
  const bare =
    keys.length > 0 && query.body.type === 'nested'
      ? `SELECT * FROM (${body.sql}) ${identifier(emission.alias())}`
      : body.sql;
  if (query.lock !== undefined) {
    if (query.body.type !== 'select') throw notImplemented('FOR UPDATE of a set operation');
    emission.locks = true;
  }
  const lock = query.lock === undefined ? '' : ` FOR UPDATE${query.lock.wait === '' ? '' : ` ${query.lock.wait}`}`;
  return { sql: `${common.sql}${bare}${order}${limits(emission, query, common.scope)}${lock}`, columns: body.columns };
}
