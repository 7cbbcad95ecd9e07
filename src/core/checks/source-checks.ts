import type { Issue } from '../issues';
import type { TableMapping } from '../mapping/table-mapping';
import type { SourceTable } from '../ports/legacy-source';
import { ROWID } from '../rows/read-plan';
import { missingTableHint } from './missing-table';
import { didYouMean } from '../mapping/nearest-name';

/** The sheet against the legacy dictionary; `table` is null where the dictionary does not show one. */
export function sourceChecks(mapping: TableMapping, table: SourceTable | null): readonly Issue[] {
  if (table === null) return [tableMissing(mapping)];
  return [...missingColumns(mapping, table), ...keyChecks(mapping, table), ...unmappedColumns(mapping, table)];
}

function tableMissing({ entity, source }: TableMapping): Issue {
  return {
    code: 'SOURCE_TABLE_MISSING',
    level: 'error',
    subject: entity,
    message: `${source} is not in the source, or not visible to this user`,
    hint: missingTableHint(source),
  };
}

function missingColumns(mapping: TableMapping, table: SourceTable): readonly Issue[] {
  const names = table.columns.map((column) => column.name);
  const wanted = [
    ...mapping.key.filter((column) => column !== ROWID).map((column) => ({ column, subject: mapping.entity })),
    ...mapping.fields.flatMap((field) =>
      field.columns.map((column) => ({ column, subject: `${mapping.entity}.${field.property}` })),
    ),
  ];
  // Of equally near names, one that nothing reads yet is the likelier.
  const unreadFirst = [...unread(mapping, table), ...names];
  return wanted
    .filter(({ column }) => !names.includes(column))
    .map(({ column, subject }) => ({
      code: 'SOURCE_COLUMN_MISSING',
      level: 'error',
      subject,
      message: `${mapping.source} has no column ${column}`,
      hint: didYouMean(column, unreadFirst, `Columns: ${names.join(', ')}.`),
    }));
}

/** A key that repeats names no single row in rejects. Of a view or a query the dictionary cannot say whether it does. */
function keyChecks(mapping: TableMapping, table: SourceTable): readonly Issue[] {
  const { key, entity } = mapping;
  if (key.length === 0) return [keyEmpty(entity)];
  const { primaryKey } = table;
  if (table.kind !== 'table') return [key.includes(ROWID) ? rowidMissing(mapping, table) : keyUnproven(mapping, table)];
  if (key.includes(ROWID)) return [];
  if (primaryKey.length > 0 && primaryKey.every((column) => key.includes(column))) return [];
  return [
    {
      code: 'KEY_NOT_PRIMARY',
      level: 'warning',
      subject: entity,
      message: `the key ${key.join(', ')} is not known to be unique in ${mapping.source}`,
      hint:
        primaryKey.length > 0
          ? `Use the primary key: ${primaryKey.join(', ')}.`
          : `Make sure that it is, or use key: ['${ROWID}'].`,
    },
  ];
}

function keyEmpty(entity: string): Issue {
  return {
    code: 'KEY_MISSING',
    level: 'error',
    subject: entity,
    message: 'the mapping names no key column',
    hint: `Name the columns that identify a row, or ['${ROWID}'].`,
  };
}

function rowidMissing({ entity, source }: TableMapping, { kind, columns }: SourceTable): Issue {
  return {
    code: 'ROWID_MISSING',
    level: 'error',
    subject: entity,
    message: `the rows of the ${kind} ${source} have no ROWID`,
    hint: `Name the columns that identify a row: ${columns.map(({ name }) => name).join(', ')}.`,
  };
}

function keyUnproven({ entity, source, key }: TableMapping, { kind }: SourceTable): Issue {
  return {
    code: 'KEY_UNPROVEN',
    level: 'info',
    subject: entity,
    message: `whether ${key.join(', ')} names one row of the ${kind} ${source} cannot be told from the dictionary`,
  };
}

function unmappedColumns(mapping: TableMapping, table: SourceTable): readonly Issue[] {
  const left = unread(mapping, table);
  if (left.length === 0) return [];
  return [
    {
      code: 'SOURCE_COLUMNS_UNMAPPED',
      level: 'info',
      subject: mapping.entity,
      message: `not carried over from ${mapping.source}: ${left.join(', ')}`,
    },
  ];
}

function unread(mapping: TableMapping, table: SourceTable): readonly string[] {
  const read = new Set([...mapping.key, ...mapping.fields.flatMap((field) => field.columns)]);
  return table.columns.map((column) => column.name).filter((name) => !read.has(name));
}
