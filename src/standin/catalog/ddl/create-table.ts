import { OraError, notImplemented } from '../../contract/ora-error';
import type { Query } from '../../sql/parse/ast';
import type { Cursor } from '../../sql/parse/cursor';
import { resultColumn } from '../../sql/values/kind';
import { identifier, qualified } from '../../sql/values/quote';
import { EMPTY_SCOPE } from '../../sql/values/scope';
import { storageType } from '../../sql/values/storage-type';
import type { OracleColumn, Translation } from '../../contract/translation';
import { catalogRow } from './catalog-row';
import { ddl, defaultSql, objectName, type DdlContext, type TableShape } from './ddl-context';
import { parseColumn, type ParsedColumn } from './parse-column';
import { parseTableConstraint, type ParsedConstraint } from './parse-constraint';
import { storageTrigger } from './storage-trigger';
import { nameConstraints, writeConstraints } from './write-constraint';

interface Elements {
  readonly columns: readonly ParsedColumn[];
  readonly constraints: readonly ParsedConstraint[];
}

function parseElements(cursor: Cursor): Elements {
  const columns: ParsedColumn[] = [];
  const constraints: ParsedConstraint[] = [];
  cursor.list(() => {
    const constraint = parseTableConstraint(cursor);
    if (constraint !== undefined) constraints.push(constraint);
    else columns.push(parseColumn(cursor));
  });
  return { columns, constraints: [...columns.flatMap((column) => column.constraints), ...constraints] };
}

/** Storage clauses that change nothing here, and how many words follow each. */
const STORAGE: Readonly<Record<string, number>> = {
  TABLESPACE: 1,
  PCTFREE: 1,
  PCTUSED: 1,
  INITRANS: 1,
  MAXTRANS: 1,
  LOGGING: 0,
  NOLOGGING: 0,
  COMPRESS: 0,
  NOCOMPRESS: 0,
  CACHE: 0,
  NOCACHE: 0,
  MONITORING: 0,
  NOMONITORING: 0,
  NOPARALLEL: 0,
  PARALLEL: 0,
  ROWDEPENDENCIES: 0,
  NOROWDEPENDENCIES: 0,
};

function skipParentheses(cursor: Cursor): void {
  cursor.expect('(');
  while (!cursor.accept(')')) if (cursor.take().type === 'end') cursor.expect(')');
}

function storageWord(cursor: Cursor): boolean {
  const words = STORAGE[cursor.peek().text];
  if (cursor.sees('STORAGE', '(')) {
    cursor.take();
    skipParentheses(cursor);
    return true;
  }
  if (cursor.accept('SEGMENT', 'CREATION') || cursor.accept('ON', 'COMMIT')) {
    cursor.take();
    cursor.accept('ROWS');
    return true;
  }
  if (words === undefined || cursor.peek().type !== 'word')
    return cursor.accept('ENABLE', 'ROW', 'MOVEMENT') || cursor.accept('DISABLE', 'ROW', 'MOVEMENT');
  for (let taken = 0; taken <= words; taken += 1) cursor.take();
  return true;
}

/** Skips storage clauses; true when the table is index-organised. ORA-03001 for partitions, clusters and external tables. */
export function parseStorage(cursor: Cursor): boolean {
  let indexOrganised = false;
  for (;;) {
    if (cursor.accept('ORGANIZATION', 'INDEX')) indexOrganised = true;
    else if (!cursor.accept('ORGANIZATION', 'HEAP') && !storageWord(cursor)) break;
  }
  for (const word of ['PARTITION', 'CLUSTER', 'ORGANIZATION', 'LOB', 'VARRAY', 'NESTED']) {
    if (cursor.sees(word)) throw notImplemented(`CREATE TABLE … ${word}`, cursor.position);
  }
  return indexOrganised;
}

/** Columns whose NULL is forbidden by NOT NULL or the primary key. */
function withNullability({ columns, constraints }: Elements): readonly OracleColumn[] {
  const required = new Set(
    constraints
      .filter((one) => one.enabled && (one.type === 'P' || one.type === 'NOT NULL'))
      .flatMap((one) => one.columns),
  );
  return columns.map(({ column }) => (required.has(column.name) ? { ...column, nullable: false } : column));
}

/** The catalogue row of a column. */
export function columnRow(
  table: TableShape,
  column: OracleColumn,
  { id, text }: { id: number; text: string | undefined },
): string {
  return catalogRow('stored_column', {
    owner: table.owner,
    table_name: table.name,
    name: column.name,
    id,
    type: column.type,
    length: column.length,
    char_used: column.charUsed,
    precision: column.precision,
    scale: column.scale,
    nullable: column.nullable,
    data_default: text,
  });
}

function checkElements({ columns }: Elements): void {
  const names = columns.map(({ column }) => column.name);
  if (new Set(names).size < names.length) throw new OraError(957, 'duplicate column name');
  if (columns.filter(({ column }) => column.type.startsWith('LONG')).length > 1)
    throw new OraError(1754, 'a table may contain only one column of type LONG');
}

function fromQuery(context: DdlContext, query: Query): { readonly elements: Elements; readonly sql: string } {
  const { sql, columns } = context.emission.query(query, EMPTY_SCOPE);
  const parsed = columns.map(({ name, type }): ParsedColumn => {
    const column = resultColumn(name, type) ?? { name, type: 'VARCHAR2', length: 4000, charUsed: 'B', nullable: true };
    return { column: column.type === 'ROWID' ? { ...column, type: 'VARCHAR2', length: 18 } : column, constraints: [] };
  });
  return { elements: { columns: parsed, constraints: [] }, sql };
}

/** `CREATE TABLE`, by columns or AS SELECT. */
export function createTable(context: DdlContext, cursor: Cursor): Translation {
  const temporary = cursor.accept('GLOBAL', 'TEMPORARY');
  const position = cursor.position;
  cursor.expect('TABLE');
  const { owner, name } = objectName(context, cursor.path(), position);
  if (context.dictionary.relation(owner, name) !== undefined)
    throw new OraError(955, 'name is already used by an existing object', position);
  const parsed = cursor.sees('(') ? parseElements(cursor) : undefined;
  const indexOrganised = parseStorage(cursor);
  const query = cursor.accept('AS') ? fromQuery(context, cursor.query(cursor)) : undefined;
  cursor.end();
  const elements = query?.elements ?? parsed;
  if (elements === undefined) throw new OraError(906, 'missing left parenthesis', cursor.position);
  if (query !== undefined && parsed !== undefined) throw notImplemented('CREATE TABLE (columns) AS SELECT', position);
  checkElements(elements);
  const table: TableShape = { owner, name, columns: withNullability(elements) };
  const copy = query === undefined ? [] : [`INSERT INTO ${qualified(owner, name)} ${query.sql};`];
  return ddl(
    [
      ...tableSql(context, table, elements),
      catalogRow('object', { owner, name, type: 'TABLE', temporary, index_organised: indexOrganised }),
      ...copy,
    ],
    [`${owner}.${name}`],
  );
}

function tableSql(context: DdlContext, table: TableShape, elements: Elements): readonly string[] {
  const columns = elements.columns.map(
    (parsed) => `${identifier(parsed.column.name)} ${storageType(parsed.column)}${defaultSql(context, parsed)}`,
  );
  const constraints = nameConstraints(context, table.owner, elements.constraints);
  return [
    `CREATE TABLE ${qualified(table.owner, table.name)} (${columns.join(', ')});`,
    storageTrigger({ ...table, characterSet: context.dictionary.characterSet }),
    ...table.columns.map((column, index) =>
      columnRow(table, column, { id: index + 1, text: elements.columns[index]?.default?.text }),
    ),
    ...writeConstraints(context, table, constraints),
  ];
}
