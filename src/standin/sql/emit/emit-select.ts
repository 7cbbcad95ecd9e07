import { OraError, notImplemented } from '../../contract/ora-error';
import type { Expression, OrderItem, Select, SelectItem } from '../parse/ast';
import { refuseLong } from '../values/coerce';
import { emitFrom } from './emit-from';
import type { EmittedQuery, Emission } from '../values/emission';
import { AGGREGATE_NAMES } from '../functions/aggregate';
import type { Typed } from '../values/kind';
import { identifier } from '../values/quote';
import { splitRownum } from './row-number-limit';
import type { Scope, ScopeColumn, Source } from '../values/scope';
import { invalidIdentifier } from '../parse/syntax-error';

interface Item extends Typed {
  readonly name: string;
}

/** A SELECT without its ORDER BY, and what an ORDER BY after it may name. */
export interface EmittedSelect extends EmittedQuery {
  readonly scope: Scope;
}

function starItems(
  emission: Emission,
  scope: Scope,
  { of, position }: { of: readonly string[] | undefined; position: number },
): readonly Item[] {
  const wanted = scope.sources.filter(
    (source) => of === undefined || (source.alias === of.at(-1) && (of.length === 1 || source.owner === of[0])),
  );
  if (wanted.length === 0) throw invalidIdentifier(of ?? [], position);
  return wanted.flatMap((source) =>
    source.columns.map((column) => ({ ...column, sql: column.takesScn === true ? emission.newScn() : column.sql })),
  );
}

function itemsOf(emission: Emission, select: Select, scope: Scope): readonly Item[] {
  return select.items.flatMap((item) => {
    const { expression } = item;
    if (expression.type === 'star')
      return starItems(emission, scope, { of: expression.of, position: expression.position });
    const value = emission.expression(expression, scope);
    if (value.type.kind === 'condition')
      throw new OraError(923, 'FROM keyword not found where expected', expression.position);
    if (value.type.kind === 'span') throw notImplemented('an interval literal as a column', expression.position);
    return [{ ...value, name: nameOf(item, expression) }];
  });
}

function nameOf(item: SelectItem, expression: Expression): string {
  if (item.alias !== undefined) return item.alias;
  return expression.type === 'name' ? (expression.path.at(-1) ?? '') : item.text;
}

/** Aggregates and analytic functions alike see only the rows that ROWNUM left. */
function containsAggregate(node: unknown): boolean {
  if (typeof node !== 'object' || node === null || 'body' in node) return false;
  const isCall = 'type' in node && node.type === 'call' && 'name' in node;
  if (isCall && ('over' in node || AGGREGATE_NAMES.has(String(node.name)))) return true;
  return Object.values(node).some(containsAggregate);
}

/** Whether rows are combined or reordered after WHERE, so that ROWNUM must have cut them before. */
function reshapes(select: Select, orderBy: readonly OrderItem[]): boolean {
  return (
    select.distinct ||
    select.groupBy.length > 0 ||
    select.having !== undefined ||
    orderBy.length > 0 ||
    containsAggregate(select.items)
  );
}

interface Rows {
  readonly from: string;
  readonly scope: Scope;
}

/** The rows WHERE and ROWNUM leave, as one derived table whose columns stand for the original ones. */
function cutRows(emission: Emission, { from, scope }: Rows, limit: string): Rows {
  const alias = identifier(emission.alias());
  const taken: string[] = [];
  const take = (sql: string): string => {
    taken.push(sql);
    return `${alias}.c${taken.length}`;
  };
  const sources = scope.sources.map((source): Source => {
    const columns = source.columns.map((column): ScopeColumn =>
      column.takesScn === true ? column : { ...column, sql: take(column.sql) },
    );
    return { ...source, columns, ...(source.rowid === undefined ? {} : { rowid: take(source.rowid) }) };
  });
  const list = taken.map((sql, index) => `${sql} AS c${index + 1}`).join(', ');
  return { from: `(SELECT ${list} FROM ${from} LIMIT ${limit}) ${alias}`, scope: { ...scope, sources } };
}

function writeItems(select: Select, items: readonly Item[]): string {
  if (select.distinct) for (const item of items) refuseLong(item, select.position);
  return items.map(({ sql, name }) => `${sql} AS ${identifier(clip(name))}`).join(', ');
}

/** PostgreSQL cuts names at 63 bytes anyway, but with a notice. */
function clip(name: string): string {
  return Buffer.from(name).subarray(0, 63).toString().replace(/�+$/, '');
}

function grouping(emission: Emission, select: Select, scope: Scope): string {
  const by = select.groupBy.map((expression) => {
    const value = emission.expression(expression, scope);
    refuseLong(value, expression.position);
    return value.sql;
  });
  const having = select.having === undefined ? '' : ` HAVING ${emission.expression(select.having, scope).sql}`;
  return `${by.length === 0 ? '' : ` GROUP BY ${by.join(', ')}`}${having}`;
}

function sourcesOf(emission: Emission, select: Select, parent: Scope): Rows {
  const outer: Scope = { sources: [], common: [], parent };
  const parts = select.from.map((reference) => emitFrom(emission, reference, outer));
  return {
    from: parts.map(({ sql }) => sql).join(', '),
    scope: { ...outer, sources: parts.flatMap(({ sources }) => sources) },
  };
}

/** A SELECT block. `orderBy` is what will follow it: with it ROWNUM has to be applied below. */
export function emitSelect(
  emission: Emission,
  select: Select,
  { parent, orderBy }: { parent: Scope; orderBy: readonly OrderItem[] },
): EmittedSelect {
  const rows = sourcesOf(emission, select, parent);
  const { where, limit } = splitRownum(emission, select.where);
  const filter = where === undefined ? '' : ` WHERE ${conditionOf(emission, where, rows.scope)}`;
  const filtered = { from: `${rows.from}${filter}`, scope: rows.scope };
  const wraps = limit !== undefined && reshapes(select, orderBy);
  const { from, scope } = wraps ? cutRows(emission, filtered, limit) : filtered;
  const items = itemsOf(emission, select, scope);
  const list = writeItems(select, items);
  const tail = `${grouping(emission, select, scope)}${limit === undefined || wraps ? '' : ` LIMIT ${limit}`}`;
  const aliases = new Map(items.map((item) => [item.name, item]));
  return {
    sql: `SELECT ${select.distinct ? 'DISTINCT ' : ''}${list} FROM ${from}${tail}`,
    columns: items.map(({ name, type }) => ({ name: clip(name), type })),
    scope: { ...scope, aliases },
  };
}

function conditionOf(emission: Emission, where: Expression, scope: Scope): string {
  const { sql, type } = emission.expression(where, scope);
  if (type.kind !== 'condition') throw new OraError(920, 'invalid relational operator', where.position);
  return sql.startsWith('(') && where.type === 'and' ? sql.slice(1, -1) : sql;
}
