import { OraError, notImplemented } from '../../ora-error';
import type { Cursor } from '../../sql/cursor';
import type { Relation } from '../../sql/dictionary';
import { oracleColumn } from '../../sql/oracle-column';
import { parseType } from '../../sql/parse-type';
import { identifier, literal, qualified } from '../../sql/quote';
import { storageType } from '../../sql/storage-type';
import type { OracleColumn, Translation } from '../../sql/translation';
import { catalogCall } from './catalog-row';
import { columnRow } from './create-table';
import { ddl, defaultSql, type DdlContext } from './ddl-context';
import { ownTable } from './drop-table';
import { parseColumn, parseColumnName, parseDefault, type ParsedColumn } from './parse-column';
import { parseInlineConstraints, parseState, parseTableConstraint, type ParsedConstraint } from './parse-constraint';
import { storageTrigger } from './storage-trigger';
import { nameConstraints, writeConstraints } from './write-constraint';

interface Change {
  readonly statements: readonly string[];
  /** The table's columns afterwards. */
  readonly columns: readonly OracleColumn[];
}

type Alteration = (context: DdlContext, cursor: Cursor, table: Relation) => Change;

function oneOrList<T>(cursor: Cursor, item: () => T): readonly T[] {
  return cursor.sees('(') ? cursor.list(item) : [item()];
}

function constraintsAdded(
  context: DdlContext,
  table: Relation,
  { columns, constraints }: { columns: readonly OracleColumn[]; constraints: readonly ParsedConstraint[] },
): readonly string[] {
  if (
    constraints.some((one) => one.type === 'P') &&
    context.dictionary.constraintsOf(table.owner, table.name).some((one) => one.type === 'P')
  ) {
    throw new OraError(2260, 'table can have only one primary key');
  }
  const required = constraints
    .filter((one) => one.enabled && (one.type === 'P' || one.type === 'NOT NULL'))
    .flatMap((one) => one.columns);
  const marks = required.map(
    (name) => `UPDATE "SYS".stored_column SET nullable = false WHERE ${columnKey(table, name)};`,
  );
  return [
    ...writeConstraints(context, { ...table, columns }, nameConstraints(context, table.owner, constraints)),
    ...marks,
  ];
}

function columnKey(table: Relation, name: string): string {
  return `owner = ${literal(table.owner)} AND table_name = ${literal(table.name)} AND name = ${literal(name)}`;
}

function add(context: DdlContext, cursor: Cursor, table: Relation): Change {
  const constraints: ParsedConstraint[] = [];
  const added: ParsedColumn[] = [];
  oneOrList(cursor, () => {
    const constraint = parseTableConstraint(cursor);
    if (constraint !== undefined) constraints.push(constraint);
    else added.push(parseColumn(cursor));
  });
  const duplicate = added.find(({ column }) => table.columns.some((one) => one.name === column.name));
  if (duplicate !== undefined) throw new OraError(1430, 'column being added already exists in table');
  const all = [...constraints, ...added.flatMap((one) => one.constraints)];
  const columns = [...table.columns, ...added.map((one) => one.column)];
  const made = added.flatMap((one, index) => [
    `ALTER TABLE ${qualified(table.owner, table.name)} ADD COLUMN ${identifier(one.column.name)} ${storageType(one.column)}${defaultSql(context, one)};`,
    columnRow(table, one.column, { id: table.columns.length + index + 1, text: one.default?.text }),
  ]);
  return { statements: [...made, ...constraintsAdded(context, table, { columns, constraints: all })], columns };
}

/** `MODIFY (c [type] [DEFAULT …] [NULL | NOT NULL])`. */
function modify(context: DdlContext, cursor: Cursor, table: Relation): Change {
  const changes = oneOrList(cursor, () => {
    const position = cursor.position;
    const name = parseColumnName(cursor);
    const old = table.columns.find((column) => column.name === name);
    if (old === undefined) throw new OraError(904, `"${name}": invalid identifier`, position);
    const stops =
      ['DEFAULT', 'NOT', 'NULL', 'CONSTRAINT', ',', ')'].some((text) => cursor.sees(text)) ||
      cursor.peek().type === 'end';
    const column = stops
      ? old
      : { ...oracleColumn(parseType(cursor), { name, release: cursor.release }), nullable: old.nullable };
    const value = parseDefault(cursor);
    const nullable = cursor.sees('NULL');
    return { parsed: { column, ...value, constraints: parseInlineConstraints(cursor, name) }, nullable, typed: !stops };
  });
  const columns = table.columns.map(
    (column) => changes.find((one) => one.parsed.column.name === column.name)?.parsed.column ?? column,
  );
  const statements = changes.flatMap(({ parsed, nullable, typed }) =>
    modified(context, table, { parsed, nullable, typed }),
  );
  const constraints = changes.flatMap((one) => one.parsed.constraints);
  return { statements: [...statements, ...constraintsAdded(context, table, { columns, constraints })], columns };
}

function modified(
  context: DdlContext,
  table: Relation,
  { parsed, nullable, typed }: { parsed: ParsedColumn; nullable: boolean; typed: boolean },
): readonly string[] {
  const { column } = parsed;
  const head = `ALTER TABLE ${qualified(table.owner, table.name)} ALTER COLUMN ${identifier(column.name)}`;
  const shape = [
    `type = ${literal(column.type)}`,
    `length = ${column.length ?? 'NULL'}`,
    `char_used = ${literal(column.charUsed ?? null)}`,
    `precision = ${column.precision ?? 'NULL'}`,
    `scale = ${column.scale ?? 'NULL'}`,
    ...(nullable ? ['nullable = true'] : []),
    ...(parsed.default === undefined ? [] : [`data_default = ${literal(parsed.default.text)}`]),
  ];
  return [
    ...(typed ? [`${head} TYPE ${storageType(column)};`] : []),
    ...(parsed.default === undefined ? [] : [`${head} SET${defaultSql(context, parsed)};`]),
    ...(nullable ? [`${head} DROP NOT NULL;`] : []),
    `UPDATE "SYS".stored_column SET ${shape.join(', ')} WHERE ${columnKey(table, column.name)};`,
  ];
}

function dropColumns(table: Relation, names: readonly string[], position: number): Change {
  const missing = names.find((name) => !table.columns.some((column) => column.name === name));
  if (missing !== undefined) throw new OraError(904, `"${missing}": invalid identifier`, position);
  const columns = table.columns.filter((column) => !names.includes(column.name));
  if (columns.length === 0) throw new OraError(12983, 'cannot drop all columns in a table', position);
  const statements = names.flatMap((name) => [
    `ALTER TABLE ${qualified(table.owner, table.name)} DROP COLUMN ${identifier(name)};`,
    `DELETE FROM "SYS".stored_column WHERE ${columnKey(table, name)};`,
    `UPDATE "SYS".stored_column k SET id = k.id - 1 WHERE owner = ${literal(table.owner)} AND table_name = ${literal(table.name)} AND id > ${table.columns.findIndex((one) => one.name === name) + 1};`,
  ]);
  return { statements, columns };
}

function drop(context: DdlContext, cursor: Cursor, table: Relation): Change {
  const position = cursor.position;
  if (cursor.accept('COLUMN')) return dropColumns(table, [cursor.name()], position);
  if (cursor.sees('('))
    return dropColumns(
      table,
      cursor.list(() => cursor.name()),
      position,
    );
  return dropConstraint(context, table, namedConstraint(context, cursor, table));
}

/** `CONSTRAINT c`, `PRIMARY KEY` or `UNIQUE (…)` of the table. ORA-02443. */
function namedConstraint(
  context: DdlContext,
  cursor: Cursor,
  table: Relation,
): { readonly name: string; readonly type: string } {
  const position = cursor.position;
  const own = context.dictionary.constraintsOf(table.owner, table.name);
  let found: (typeof own)[number] | undefined;
  if (cursor.accept('CONSTRAINT')) {
    const name = cursor.name();
    found = own.find((one) => one.name === name);
  } else if (cursor.accept('PRIMARY', 'KEY')) found = own.find((one) => one.type === 'P');
  else throw notImplemented(`ALTER TABLE … ${cursor.peek().text}`, position);
  if (found === undefined) throw new OraError(2443, 'Cannot drop constraint  - nonexistent constraint', position);
  cursor.accept('CASCADE');
  return found;
}

function dropConstraint(context: DdlContext, table: Relation, { name, type }: { name: string; type: string }): Change {
  const stored = context.dictionary.namedConstraint(table.owner, name);
  const head = `ALTER TABLE ${qualified(table.owner, table.name)}`;
  const [column] = stored?.columns ?? [];
  // NOT NULL is stored as a check whose PostgreSQL form has another name; a multi-column UNIQUE is an index.
  const statements = [
    `${head} DROP CONSTRAINT IF EXISTS ${identifier(name)}${type === 'P' || type === 'U' ? ' CASCADE' : ''};`,
    ...(type === 'U' ? [`DROP INDEX IF EXISTS ${qualified(table.owner, name)};`] : []),
    ...(type === 'C' && column !== undefined ? [dropNotNull(table, name, column)] : []),
    catalogCall('forget_constraint', table.owner, name),
  ];
  return { statements, columns: table.columns };
}

function dropNotNull(table: Relation, name: string, column: string): string {
  const isNotNull = `EXISTS (SELECT FROM "SYS".stored_constraint WHERE owner = ${literal(table.owner)} AND name = ${literal(name)} AND condition = ${literal(`"${column}" IS NOT NULL`)})`;
  const alter = `ALTER TABLE ${qualified(table.owner, table.name)} ALTER COLUMN ${identifier(column)} DROP NOT NULL;`;
  return `DO ${literal(`BEGIN IF ${isNotNull} THEN ${alter} UPDATE "SYS".stored_column SET nullable = true WHERE ${columnKey(table, column)}; END IF; END`)};`;
}

function disable(context: DdlContext, cursor: Cursor, table: Relation): Change {
  const { name, type } = namedConstraint(context, cursor, table);
  const { statements, columns } = dropConstraint(context, table, { name, type });
  const forget = catalogCall('forget_constraint', table.owner, name);
  const mark = `UPDATE "SYS".stored_constraint SET enabled = false, validated = false WHERE owner = ${literal(table.owner)} AND name = ${literal(name)};`;
  return {
    statements: statements.map((one) =>
      one === forget ? `${catalogCall('forget_index', table.owner, name)}${mark}` : one,
    ),
    columns,
  };
}

const ALTERATIONS: Readonly<Record<string, Alteration>> = { ADD: add, MODIFY: modify, DROP: drop, DISABLE: disable };

/** `ALTER TABLE t ADD | MODIFY | DROP | DISABLE CONSTRAINT …`, one change per statement. */
export function alterTable(context: DdlContext, cursor: Cursor): Translation {
  cursor.expect('TABLE');
  const table = ownTable(context, cursor);
  const { text, position } = cursor.peek();
  const alteration = ALTERATIONS[text];
  if (alteration === undefined) throw notImplemented(`ALTER TABLE … ${text}`, position);
  cursor.take();
  const { statements, columns } = alteration(context, cursor, table);
  parseState(cursor);
  cursor.end();
  const trigger = storageTrigger({ ...table, columns, characterSet: context.dictionary.characterSet });
  return ddl([...statements, trigger, catalogCall('touch', table.owner, table.name)], [`${table.owner}.${table.name}`]);
}
