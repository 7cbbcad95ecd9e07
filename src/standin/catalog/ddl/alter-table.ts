import { OraError, notImplemented } from '../../contract/ora-error';
import type { Cursor } from '../../sql/parse/cursor';
import type { Relation } from '../../sql/values/dictionary';
import { oracleColumn } from '../../sql/values/oracle-column';
import { parseType } from '../../sql/parse/parse-type';
import { identifier, literal, qualified } from '../../sql/values/quote';
import { storageType } from '../../sql/values/storage-type';
import type { OracleColumn, Translation } from '../../contract/translation';
import { catalogCall } from './catalog-row';
import { disableConstraint, dropConstraint, enableConstraint } from './constraint-state';
import { columnRow } from './create-table';
import { ddl, defaultSql, type DdlContext } from './ddl-context';
import { ownTable } from './drop-table';
import { parseColumn, parseColumnName, parseDefault, type ParsedColumn } from './parse-column';
import { parseInlineConstraints, parseState, parseTableConstraint, type ParsedConstraint } from './parse-constraint';
import { nullabilityRow } from './stored-constraint';
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
  const marks = required.map((name) => nullabilityRow(table, name, 'no'));
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
  if (cursor.sees('CONSTRAINT') || cursor.sees('PRIMARY') || cursor.sees('PARTITION'))
    throw notImplemented(`ALTER TABLE … MODIFY ${cursor.peek().text}`, cursor.position);
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
  return ofConstraint(dropConstraint)(context, cursor, table);
}

/** A change that leaves the columns as they are. */
function ofConstraint(write: (context: DdlContext, cursor: Cursor, table: Relation) => readonly string[]): Alteration {
  return (context, cursor, table) => ({ statements: write(context, cursor, table), columns: table.columns });
}

const ALTERATIONS: Readonly<Record<string, Alteration>> = {
  ADD: add,
  MODIFY: modify,
  DROP: drop,
  ENABLE: ofConstraint(enableConstraint),
  DISABLE: ofConstraint(disableConstraint),
};

/** `ALTER TABLE t ADD | MODIFY | DROP | ENABLE | DISABLE …`, one change per statement. */
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
