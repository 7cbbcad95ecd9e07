import { notImplemented } from '../../contract/ora-error';
import type { TableReference } from '../parse/ast';
import type { Relation, StoredColumn } from '../values/dictionary';
import type { Emission } from '../values/emission';
import { kindOf } from '../values/kind';
import { identifier, qualified } from '../values/quote';
import { requirePrivilege, resolveRelation } from '../values/resolve-relation';
import type { OracleColumn } from '../../contract/translation';
import { findCommon, sourceOf, type Scope, type ScopeColumn, type Source } from '../values/scope';

export interface EmittedFrom {
  readonly sql: string;
  readonly sources: readonly Source[];
}

/** The Oracle type alone, without where the column is stored. */
function bareColumn({ name, type, length, charUsed, precision, scale, nullable }: StoredColumn): OracleColumn {
  return {
    name,
    type,
    nullable,
    ...(length === undefined ? {} : { length }),
    ...(charUsed === undefined ? {} : { charUsed }),
    ...(precision === undefined ? {} : { precision }),
    ...(scale === undefined ? {} : { scale }),
  };
}

/** The columns of a relation that the release has. */
export function relationColumns(relation: Relation, modern: boolean): readonly Omit<ScopeColumn, 'sql'>[] {
  return relation.columns
    .filter((column) => modern || column.since12 !== true)
    .map((column) => ({
      name: column.name,
      type: { kind: kindOf(column), column: bareColumn(column) },
      ...(column.takesScn === true ? { takesScn: true } : {}),
    }));
}

type TableOf<Type extends TableReference['type']> = Extract<TableReference, { type: Type }>;

function commonTable(reference: TableOf<'table'>, scope: Scope): EmittedFrom | undefined {
  const [name] = reference.path;
  if (reference.path.length !== 1 || name === undefined) return undefined;
  const common = findCommon(scope, name);
  if (common === undefined) return undefined;
  const alias = reference.alias ?? name;
  return { sql: `${identifier(name)} ${identifier(alias)}`, sources: [sourceOf(alias, common.columns)] };
}

function storedTable(emission: Emission, reference: TableOf<'table'>): EmittedFrom {
  const { path, position, asOf } = reference;
  const relation = resolveRelation(emission, path, position);
  requirePrivilege(emission, relation, { privilege: 'SELECT', position });
  if (asOf !== undefined) requirePrivilege(emission, relation, { privilege: 'FLASHBACK', position });
  if (relation.name !== 'DUAL' || asOf !== undefined) emission.readAs(asOf, position);
  if (relation.kind !== 'dictionary') emission.tables.add(`${relation.owner}.${relation.name}`);
  const alias = reference.alias ?? path.at(-1) ?? '';
  const source = sourceOf(alias, relationColumns(relation, emission.modern), relation.owner);
  const rowid = relation.kind === 'table' && !relation.indexOrganised ? { rowid: `${identifier(alias)}.ctid` } : {};
  return {
    sql: `${qualified(relation.owner, relation.name)} ${identifier(alias)}`,
    sources: [{ ...source, ...rowid }],
  };
}

function inlineView(emission: Emission, reference: TableOf<'inline'>, scope: Scope): EmittedFrom {
  const inner = emission.query(reference.query, scope);
  const alias = reference.alias ?? emission.alias();
  return { sql: `(${inner.sql}) ${identifier(alias)}`, sources: [sourceOf(alias, inner.columns)] };
}

function join(emission: Emission, reference: TableOf<'join'>, scope: Scope): EmittedFrom {
  if (reference.using !== undefined) throw notImplemented('JOIN … USING', reference.position);
  const left = emitFrom(emission, reference.left, scope);
  const right = emitFrom(emission, reference.right, scope);
  const sources = [...left.sources, ...right.sources];
  const on = reference.on === undefined ? '' : ` ON ${emission.expression(reference.on, { ...scope, sources }).sql}`;
  return { sql: `(${left.sql} ${reference.kind} JOIN ${right.sql}${on})`, sources };
}

/** One item of a FROM clause and the row sources it brings. ORA-00942, ORA-01031. */
export function emitFrom(emission: Emission, reference: TableReference, scope: Scope): EmittedFrom {
  switch (reference.type) {
    case 'table':
      return commonTable(reference, scope) ?? storedTable(emission, reference);
    case 'inline':
      return inlineView(emission, reference, scope);
    case 'join':
      return join(emission, reference, scope);
  }
}
