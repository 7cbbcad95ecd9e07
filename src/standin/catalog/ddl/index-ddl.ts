import { OraError, notImplemented } from '../../contract/ora-error';
import type { Cursor } from '../../sql/parse/cursor';
import { parseExpression } from '../../sql/parse/parse-expression';
import { identifier, qualified } from '../../sql/values/quote';
import type { Translation } from '../../contract/translation';
import { catalogCall } from './catalog-row';
import { parseStorage } from './create-table';
import { ddl, objectName, requireColumns, tableScope, type DdlContext } from './ddl-context';
import { ownTable } from './drop-table';
import { cataloguedIndex, uniqueIndexSql } from './write-constraint';

/** `CREATE [UNIQUE] INDEX i ON t (a, b DESC)`; indexes on expressions are refused by name. */
export function createIndex(context: DdlContext, cursor: Cursor): Translation {
  const unique = cursor.accept('UNIQUE');
  cursor.expect('INDEX');
  const position = cursor.position;
  const { owner, name } = objectName(context, cursor.path(), position);
  if (context.dictionary.index(owner, name) !== undefined)
    throw new OraError(955, 'name is already used by an existing object', position);
  cursor.expect('ON');
  const table = ownTable(context, cursor);
  const items = cursor.list(() => indexItem(cursor));
  while (cursor.accept('ONLINE') || cursor.accept('REVERSE') || cursor.accept('COMPUTE', 'STATISTICS'));
  parseStorage(cursor);
  cursor.end();
  const columns = items.map((item) => item.column);
  requireColumns(table, columns, position);
  const scope = tableScope(table);
  const written = items
    .map(
      ({ column, descending }) =>
        `${scope.sources[0]?.columns.find((one) => one.name === column)?.sql ?? ''}${descending ? ' DESC' : ''}`,
    )
    .join(', ');
  const make = unique
    ? uniqueIndexSql(table, name, { columns, written })
    : `CREATE INDEX ${identifier(name)} ON ${qualified(table.owner, table.name)} (${written});`;
  const rows = cataloguedIndex(table, {
    name,
    columns,
    descending: items.map((item) => item.descending),
    unique,
    generated: false,
  });
  return ddl([make, ...rows, catalogCall('touch', table.owner, table.name)], [`${table.owner}.${table.name}`]);
}

function indexItem(cursor: Cursor): { readonly column: string; readonly descending: boolean } {
  const position = cursor.position;
  const expression = parseExpression(cursor);
  const column = expression.type === 'name' && expression.path.length === 1 ? expression.path[0] : undefined;
  if (column === undefined) throw notImplemented('an index on an expression', position);
  const descending = cursor.accept('DESC');
  if (!descending) cursor.accept('ASC');
  return { column, descending };
}

/** `DROP INDEX i`. ORA-01418, ORA-02429 for an index that enforces a key. */
export function dropIndex(context: DdlContext, cursor: Cursor): Translation {
  cursor.expect('INDEX');
  const position = cursor.position;
  const { owner, name } = objectName(context, cursor.path(), position);
  cursor.end();
  const index = context.dictionary.index(owner, name);
  if (index === undefined) throw new OraError(1418, 'specified index does not exist', position);
  if (context.dictionary.namedConstraint(owner, name) !== undefined) {
    throw new OraError(2429, 'cannot drop index used for enforcement of unique/primary key', position);
  }
  return ddl(
    [
      `DROP INDEX ${qualified(owner, name)};`,
      catalogCall('forget_index', owner, name),
      catalogCall('touch', owner, index.table),
    ],
    [`${owner}.${index.table}`],
  );
}
