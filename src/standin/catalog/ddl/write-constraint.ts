import { OraError } from '../../contract/ora-error';
import { identifier, qualified } from '../../sql/values/quote';
import { catalogRow } from './catalog-row';
import { requireColumns, tableScope, type DdlContext, type TableShape } from './ddl-context';
import type { ParsedConstraint, Reference } from './parse-constraint';
import { notNullCondition } from './stored-constraint';

/** A key a foreign key may point to. */
interface Key {
  readonly name: string;
  readonly type: string;
  readonly columns: readonly string[];
}

/** A constraint with its final name. */
export interface NamedConstraint extends ParsedConstraint {
  readonly name: string;
  readonly generated: boolean;
}

/** Gives unnamed constraints a SYS_C name. ORA-02264 when a name is taken, ORA-02260 for a second primary key. */
export function nameConstraints(
  { dictionary }: DdlContext,
  owner: string,
  constraints: readonly ParsedConstraint[],
): readonly NamedConstraint[] {
  const seen = new Set<string>();
  if (constraints.filter((one) => one.type === 'P').length > 1)
    throw new OraError(2260, 'table can have only one primary key');
  return constraints.map((one) => {
    const name = one.name ?? dictionary.generatedName();
    if (seen.has(name) || dictionary.namedConstraint(owner, name) !== undefined) {
      throw new OraError(2264, 'name already used by an existing constraint', one.position);
    }
    seen.add(name);
    return { ...one, name, generated: one.name === undefined };
  });
}

interface Target {
  readonly owner: string;
  readonly table: string;
  readonly key: Key;
}

function keysOf(
  context: DdlContext,
  table: TableShape,
  { owner, name, own }: { owner: string; name: string; own: readonly NamedConstraint[] },
): readonly Key[] {
  const stored = context.dictionary.constraintsOf(owner, name);
  return table.owner === owner && table.name === name ? [...own, ...stored] : stored;
}

function sameColumns(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && [...left].sort().join('\n') === [...right].sort().join('\n');
}

function target(
  context: DdlContext,
  table: TableShape,
  { reference, own }: { reference: Reference; own: readonly NamedConstraint[] },
): Target {
  const owner = reference.path.at(-2) ?? context.emission.session.currentSchema;
  const name = reference.path.at(-1) ?? '';
  const isSelf = owner === table.owner && name === table.name;
  if (!isSelf && context.dictionary.relation(owner, name) === undefined)
    throw new OraError(942, 'table or view does not exist', reference.position);
  const keys = keysOf(context, table, { owner, name, own });
  const key = keys.find((one) =>
    reference.columns.length === 0
      ? one.type === 'P'
      : (one.type === 'P' || one.type === 'U') && sameColumns(one.columns, reference.columns),
  );
  if (key !== undefined) return { owner, table: name, key };
  if (reference.columns.length === 0)
    throw new OraError(2268, 'referenced table does not have a primary key', reference.position);
  throw new OraError(2270, 'no matching unique or primary key for this column-list', reference.position);
}

function targetOf(
  context: DdlContext,
  table: TableShape,
  { constraint, own }: { constraint: NamedConstraint; own: readonly NamedConstraint[] },
): Target | undefined {
  const { reference } = constraint;
  return reference === undefined ? undefined : target(context, table, { reference, own });
}

/** The statement that has PostgreSQL enforce a constraint that is in the catalogue already. */
export function enforceConstraint(context: DdlContext, table: TableShape, constraint: NamedConstraint): string {
  return enforced(context, table, { constraint, to: targetOf(context, table, { constraint, own: [] }) });
}

function deferral({ deferrable, deferred }: NamedConstraint): string {
  return deferrable ? ` DEFERRABLE${deferred ? ' INITIALLY DEFERRED' : ''}` : '';
}

function list(names: readonly string[]): string {
  return names.map(identifier).join(', ');
}

/** In Oracle (1, NULL) twice is a duplicate and (NULL, NULL) never is: no UNIQUE constraint of PostgreSQL says both. */
export function uniqueIndexSql(
  table: TableShape,
  name: string,
  { columns, written }: { columns: readonly string[]; written?: string },
): string {
  const nullable = columns.filter((one) => table.columns.find((column) => column.name === one)?.nullable !== false);
  const head = `CREATE UNIQUE INDEX ${identifier(name)} ON ${qualified(table.owner, table.name)} (${written ?? list(columns)})`;
  if (nullable.length < columns.length || columns.length === 1)
    return `${head}${columns.length === 1 ? '' : ' NULLS NOT DISTINCT'};`;
  return `${head} NULLS NOT DISTINCT WHERE ${nullable.map((column) => `${identifier(column)} IS NOT NULL`).join(' OR ')};`;
}

function enforced(
  context: DdlContext,
  table: TableShape,
  { constraint, to }: { constraint: NamedConstraint; to: Target | undefined },
): string {
  const head = `ALTER TABLE ${qualified(table.owner, table.name)} ADD CONSTRAINT ${identifier(constraint.name)}`;
  switch (constraint.type) {
    case 'P':
      return `${head} PRIMARY KEY (${list(constraint.columns)})${deferral(constraint)};`;
    case 'U':
      if (constraint.columns.length > 1) return uniqueIndexSql(table, constraint.name, constraint);
      return `${head} UNIQUE (${list(constraint.columns)})${deferral(constraint)};`;
    case 'NOT NULL':
      return constraint.columns
        .map(
          (column) =>
            `ALTER TABLE ${qualified(table.owner, table.name)} ALTER COLUMN ${identifier(column)} SET NOT NULL;`,
        )
        .join('');
    case 'C':
      return `${head} CHECK (${checkSql(context, table, constraint)})${constraint.validated ? '' : ' NOT VALID'};`;
    case 'R':
      return to === undefined ? '' : `${head} ${foreignKey(constraint, to)}`;
  }
}

function checkSql(context: DdlContext, table: TableShape, { condition }: NamedConstraint): string {
  return condition === undefined ? 'true' : context.emission.expression(condition.expression, tableScope(table)).sql;
}

function foreignKey(constraint: NamedConstraint, { owner, table, key }: Target): string {
  const { reference } = constraint;
  const referenced = reference === undefined || reference.columns.length === 0 ? key.columns : reference.columns;
  const rule =
    reference === undefined || reference.deleteRule === 'NO ACTION' ? '' : ` ON DELETE ${reference.deleteRule}`;
  const valid = constraint.validated ? '' : ' NOT VALID';
  return `FOREIGN KEY (${list(constraint.columns)}) REFERENCES ${qualified(owner, table)} (${list(referenced)})${rule}${deferral(constraint)}${valid};`;
}

function conditionText(constraint: NamedConstraint): string | undefined {
  return constraint.type === 'NOT NULL' ? notNullCondition(constraint.columns.join('')) : constraint.condition?.text;
}

function catalogued(table: TableShape, constraint: NamedConstraint, to: Target | undefined): readonly string[] {
  const { owner, name: table_name } = table;
  const { enabled, validated, deferrable, deferred, rely, generated, name, columns } = constraint;
  const type = constraint.type === 'NOT NULL' ? 'C' : constraint.type;
  const key = type === 'P' || type === 'U';
  const state = { enabled, validated, deferrable, deferred, rely, generated };
  const target = { r_owner: to?.owner, r_name: to?.key.name, delete_rule: constraint.reference?.deleteRule };
  return [
    catalogRow('stored_constraint', {
      owner,
      table_name,
      name,
      type,
      condition: conditionText(constraint),
      ...state,
      ...target,
    }),
    ...columns.map((column, index) =>
      catalogRow('constraint_column', {
        owner,
        constraint_name: name,
        table_name,
        name: column,
        position: type === 'C' ? null : index + 1,
      }),
    ),
    ...(enabled && key ? cataloguedIndex(table, { name, columns, unique: true, generated }) : []),
  ];
}

export interface CataloguedIndex {
  readonly name: string;
  readonly columns: readonly string[];
  readonly descending?: readonly boolean[];
  readonly unique: boolean;
  readonly generated: boolean;
}

/** The catalogue rows of an index. */
export function cataloguedIndex(table: TableShape, index: CataloguedIndex): readonly string[] {
  const { owner } = table;
  return [
    catalogRow('object', { owner, name: index.name, type: 'INDEX' }),
    catalogRow('stored_index', {
      owner,
      name: index.name,
      table_owner: owner,
      table_name: table.name,
      is_unique: index.unique,
      generated: index.generated,
    }),
    ...index.columns.map((name, at) =>
      catalogRow('index_column', {
        owner,
        index_name: index.name,
        table_owner: owner,
        table_name: table.name,
        name,
        position: at + 1,
        descending: index.descending?.[at] ?? false,
      }),
    ),
  ];
}

/** Statements that make a table's constraints, enforced where enabled, and enter them in the catalogue. Keys come before foreign keys. */
export function writeConstraints(
  context: DdlContext,
  table: TableShape,
  constraints: readonly NamedConstraint[],
): readonly string[] {
  const order = ['NOT NULL', 'P', 'U', 'C', 'R'];
  return [...constraints]
    .sort((left, right) => order.indexOf(left.type) - order.indexOf(right.type))
    .flatMap((constraint) => {
      requireColumns(table, constraint.columns, constraint.position);
      const to = targetOf(context, table, { constraint, own: constraints });
      const enforce = constraint.enabled ? [enforced(context, table, { constraint, to })] : [];
      return [...enforce, ...catalogued(table, constraint, to)];
    });
}
