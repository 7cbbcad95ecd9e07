import { OraError, notImplemented } from '../../contract/ora-error';
import type { Assignment, Dml, Expression, Query, Target } from '../parse/ast';
import { coerce } from '../values/coerce';
import type { Relation, StoredColumn } from '../values/dictionary';
import { relationColumns } from './emit-from';
import type { Emission } from '../values/emission';
import { kindOf, requireUtc, type Typed } from '../values/kind';
import { identifier, qualified } from '../values/quote';
import { requirePrivilege, resolveRelation } from '../values/resolve-relation';
import { splitRownum } from './row-number-limit';
import { EMPTY_SCOPE, sourceOf, type Scope } from '../values/scope';
import { storageType } from '../values/storage-type';
import { invalidIdentifier } from '../parse/syntax-error';

interface Table {
  readonly relation: Relation;
  /** Name and alias as written in PostgreSQL. */
  readonly sql: string;
  readonly scope: Scope;
}

function tableOf(emission: Emission, { path, alias, position }: Target, privilege: string): Table {
  const relation = resolveRelation(emission, path, position);
  requirePrivilege(emission, relation, { privilege, position });
  if (relation.kind !== 'table') throw notImplemented('DML on a view', position);
  emission.readAs(undefined, position);
  emission.tables.add(`${relation.owner}.${relation.name}`);
  const name = alias ?? path.at(-1) ?? '';
  const source = sourceOf(name, relationColumns(relation, emission.modern), relation.owner);
  const rowid = relation.indexOrganised ? {} : { rowid: `${identifier(name)}.ctid` };
  return {
    relation,
    sql: `${qualified(relation.owner, relation.name)} AS ${identifier(name)}`,
    scope: { ...EMPTY_SCOPE, sources: [{ ...source, ...rowid }] },
  };
}

function columnOf(relation: Relation, name: string, position: number): StoredColumn {
  const column = relation.columns.find((one) => one.name === name);
  if (column === undefined) throw invalidIdentifier([name], position);
  return column;
}

function assigned(emission: Emission, value: Typed, column: StoredColumn): string {
  if (value.type.kind === 'span') throw notImplemented('storing an interval literal');
  requireUtc(emission.session, column);
  return coerce(value, kindOf(column), emission.session);
}

function valueFor(
  emission: Emission,
  { value, column }: { value: Expression | 'DEFAULT'; column: StoredColumn },
  scope: Scope,
): string {
  return value === 'DEFAULT' ? 'DEFAULT' : assigned(emission, emission.expression(value, scope), column);
}

function countMismatch(columns: number, values: number, position: number): void {
  if (columns > values) throw new OraError(947, 'not enough values', position);
  if (columns < values) throw new OraError(913, 'too many values', position);
}

function insert(emission: Emission, dml: Extract<Dml, { type: 'insert' }>): string {
  const table = tableOf(emission, dml.into, 'INSERT');
  const names = dml.columns.length > 0 ? dml.columns : table.relation.columns.map((column) => column.name);
  const columns = names.map((name) => columnOf(table.relation, name, dml.position));
  const head = `INSERT INTO ${table.sql} (${names.map(identifier).join(', ')}) `;
  if ('body' in dml.values) return head + insertedQuery(emission, dml.values, { columns, position: dml.position });
  countMismatch(columns.length, dml.values.length, dml.position);
  const { values: given } = dml;
  const values = columns.map((column, index) =>
    valueFor(emission, { value: given[index] ?? 'DEFAULT', column }, EMPTY_SCOPE),
  );
  return `${head}VALUES (${values.join(', ')})`;
}

function insertedQuery(
  emission: Emission,
  query: Query,
  { columns, position }: { columns: readonly StoredColumn[]; position: number },
): string {
  const inner = emission.query(query, EMPTY_SCOPE);
  countMismatch(columns.length, inner.columns.length, position);
  const alias = identifier(emission.alias());
  const list = columns.map((column, index) => {
    const type = inner.columns[index]?.type ?? { kind: 'unknown' as const };
    const sql = `${alias}.c${index + 1}`;
    // PostgreSQL has made text of a bind or NULL that stands alone in a subquery.
    return type.kind === 'unknown' ? `${sql}::${storageType(column)}` : assigned(emission, { sql, type }, column);
  });
  const names = columns.map((_, index) => `c${index + 1}`).join(', ');
  return `SELECT ${list.join(', ')} FROM (${inner.sql}) ${alias}(${names})`;
}

function assignment(emission: Emission, { columns, value, position }: Assignment, table: Table): string {
  const stored = columns.map((name) => columnOf(table.relation, name, position));
  const [first] = stored;
  if (stored.length === 1 && first !== undefined) {
    return `${identifier(first.name)} = ${valueFor(emission, { value, column: first }, table.scope)}`;
  }
  if (value === 'DEFAULT' || value.type !== 'query')
    throw new OraError(1767, 'UPDATE ... SET expression must be a subquery', position);
  return `(${columns.map(identifier).join(', ')}) = (${emission.query(value.query, table.scope).sql})`;
}

/** ` WHERE …`; with ROWNUM the rows are picked first. */
function where(emission: Emission, condition: Expression | undefined, { sql, scope }: Table): string {
  const filter = splitRownum(emission, condition);
  const text = filter.where === undefined ? '' : ` WHERE ${emission.expression(filter.where, scope).sql}`;
  if (filter.limit === undefined) return text;
  const row = scope.sources[0]?.rowid;
  if (row === undefined) throw notImplemented('ROWNUM in DML on an index-organised table');
  return ` WHERE ${row} IN (SELECT ${row} FROM ${sql}${text} LIMIT ${filter.limit})`;
}

/** INSERT, UPDATE or DELETE in PostgreSQL. ORA-00913, 00947, 00904, 00942, 01031. */
export function emitDml(emission: Emission, dml: Dml): string {
  if (dml.type === 'insert') return insert(emission, dml);
  if (dml.type === 'delete') {
    const table = tableOf(emission, dml.from, 'DELETE');
    return `DELETE FROM ${table.sql}${where(emission, dml.where, table)}`;
  }
  const table = tableOf(emission, dml.table, 'UPDATE');
  const set = dml.set.map((one) => assignment(emission, one, table));
  return `UPDATE ${table.sql} SET ${set.join(', ')}${where(emission, dml.where, table)}`;
}
