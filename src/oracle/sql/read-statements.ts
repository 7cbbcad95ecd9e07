import type { ChunkBounds, RowList } from '../../core/ports/legacy-source';
import type { ColumnReader } from './column-text';
import type { KeyColumn } from './key-text';
import { boundConditions, keyBinds, keyset, withoutNulls } from './bounds';
import { quoteName, statement, tableAt, userCondition, whereAll, type ResolvedName, type Statement } from './statement';

/** A table at one point in time. */
export interface TableRead {
  readonly table: ResolvedName;
  readonly scn: string | null;
  readonly where: string | null;
}

export interface RowsRead extends TableRead {
  /** Views have none. */
  readonly withRowid: boolean;
  readonly columns: readonly { readonly name: string; readonly reader: ColumnReader }[];
  readonly bounds: ChunkBounds | RowList;
  readonly key: readonly KeyColumn[];
  /** Which rows, by the lengths of their LOBs; all where absent. */
  readonly sizes?: LobSizeRange;
}

/** Rows whose LOBs all have at most so many units, or the others. */
export interface LobSizeRange {
  readonly which: 'short' | 'long';
  readonly most: number;
}

/** The rows of one chunk: ROWID (or NULL), the columns, then the length of each LOB column. */
export function selectRows(read: RowsRead): Statement {
  const { conditions, binds } = boundConditions(read.bounds, read.key);
  const items = [
    read.withRowid ? 'ROWID' : 'CAST(NULL AS VARCHAR2(18))',
    ...read.columns.map(({ reader }) => reader.sql),
    ...read.columns.filter(({ reader }) => reader.lob !== null).map(({ name }) => lengthOf(name)),
  ];
  const where = whereAll([...conditions, ...userCondition(read.where), ...sizeCondition(read)]);
  return statement(`SELECT ${items.join(', ')} FROM ${tableAt(read.table, read.scn)}${where}`, binds);
}

function lengthOf(lob: string): string {
  return `DBMS_LOB.GETLENGTH(${quoteName(lob)})`;
}

/** Each row is in exactly one of the two: a LOB that is NULL has no length, and is short. */
function sizeCondition({ columns, sizes }: RowsRead): string[] {
  if (sizes === undefined) return [];
  const names = new Set(columns.flatMap(({ name, reader }) => (reader.lob === null ? [] : [name])));
  const lengths = [...names].map((name) => `NVL(${lengthOf(name)}, 0)`);
  if (lengths.length === 0) return [];
  if (sizes.which === 'short') return lengths.map((length) => `${length} <= ${sizes.most}`);
  return [`(${lengths.map((length) => `${length} > ${sizes.most}`).join(' OR ')})`];
}

/** Exact number of rows that meet `where`. */
export function countRows(read: TableRead): Statement {
  return statement(`SELECT COUNT(*) FROM ${tableAt(read.table, read.scn)}${whereAll(userCondition(read.where))}`);
}

/** Parses `where` and reads nothing: it is false before a row is looked at. */
export function parseCondition({ table, scn, where }: TableRead): Statement {
  return statement(`SELECT COUNT(*) FROM ${tableAt(table, scn)}${whereAll(['1 = 0', ...userCondition(where)])}`);
}

/**
 * The key of the `step`-th row after `after`: where a key chunk ends. ROWNUM is taken outside the ordered subquery, so that the
 * server stops after `step` index entries. No row where fewer are left.
 */
export function stepKey(
  read: Omit<TableRead, 'where'>,
  key: readonly KeyColumn[],
  { after, step }: { readonly after: readonly string[] | null; readonly step: number },
): Statement {
  const columns = key.map(({ column }) => column).join(', ');
  const where = whereAll([...(after === null ? [] : [keyset(key, 'after', '>')]), ...withoutNulls(key)]);
  const ordered = `SELECT ${columns} FROM ${tableAt(read.table, read.scn)}${where} ORDER BY ${columns}`;
  const numbered = `SELECT ${columns}, ROWNUM AS RN FROM (${ordered}) WHERE ROWNUM <= :step`;
  const text = key.map((column) => column.text).join(', ');
  return statement(`SELECT ${text} FROM (${numbered}) WHERE RN = :step`, { ...keyBinds(key, 'after', after), step });
}

interface KeysRead extends Omit<TableRead, 'where'> {
  readonly key: readonly KeyColumn[];
  readonly bounds: ChunkBounds;
}

/** Rows of a key chunk that have a whole key. */
export function countKeys({ table, scn, key, bounds }: KeysRead): Statement {
  const { conditions, binds } = boundConditions(bounds, key);
  return statement(
    `SELECT COUNT(*) FROM ${tableAt(table, scn)}${whereAll([...conditions, ...withoutNulls(key)])}`,
    binds,
  );
}

/** The key of the `step`-th row of a key chunk. */
export function middleKey({ table, scn, key, bounds }: KeysRead, step: number): Statement {
  const { conditions, binds } = boundConditions(bounds, key);
  const columns = key.map(({ column }) => column).join(', ');
  const where = whereAll([...conditions, ...withoutNulls(key)]);
  const ordered = `SELECT ${columns} FROM ${tableAt(table, scn)}${where} ORDER BY ${columns}`;
  const numbered = `SELECT ${columns}, ROWNUM AS RN FROM (${ordered}) WHERE ROWNUM <= :step`;
  const text = key.map((column) => column.text).join(', ');
  return statement(`SELECT ${text} FROM (${numbered}) WHERE RN = :step`, { ...binds, step });
}

/** Child rows whose reference is complete and leads to no parent. */
export function countOrphanRows(
  child: { readonly table: ResolvedName; readonly columns: readonly string[] },
  parent: { readonly table: ResolvedName; readonly columns: readonly string[] },
  scn: string | null,
): Statement {
  const complete = child.columns.map((column) => `C.${quoteName(column)} IS NOT NULL`);
  const joined = child.columns.map(
    (column, index) => `P.${quoteName(parent.columns[index] ?? '')} = C.${quoteName(column)}`,
  );
  const parents = `SELECT 1 FROM ${tableAt(parent.table, scn)} P${whereAll(joined)}`;
  const conditions = [...complete, `NOT EXISTS (${parents})`];
  return statement(`SELECT COUNT(*) FROM ${tableAt(child.table, scn)} C${whereAll(conditions)}`);
}
