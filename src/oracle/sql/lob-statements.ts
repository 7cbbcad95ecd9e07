import type { ColumnReader } from './column-text';
import type { TableRead } from './read-statements';
import { quoteName, statement, tableAt, userCondition, whereAll, type Statement } from './statement';

/** A LOB column and the most units (bytes, or the units that DBMS_LOB counts) that one of its values should have. */
export interface LobLimit {
  readonly name: string;
  readonly most: number;
}

/** In one pass: for each column the greatest length, and how many values exceed the limit. */
export function lobExtremes(read: TableRead, lobs: readonly LobLimit[]): Statement {
  const items = lobs.flatMap(({ name, most }) => {
    const length = `DBMS_LOB.GETLENGTH(${quoteName(name)})`;
    return [`MAX(${length})`, `COUNT(CASE WHEN ${length} > ${most} THEN 1 END)`];
  });
  return statement(
    `SELECT ${items.join(', ')} FROM ${tableAt(read.table, read.scn)}${whereAll(userCondition(read.where))}`,
  );
}

/** ROWID (or NULL) and key of the first rows whose LOB is longer. */
export function rowsWithLongLob(
  read: TableRead & { readonly withRowid: boolean; readonly key: readonly ColumnReader[] },
  { name, most }: LobLimit,
  rows: number,
): Statement {
  const items = [read.withRowid ? 'ROWID' : 'CAST(NULL AS VARCHAR2(18))', ...read.key.map(({ sql }) => sql)];
  const long = `DBMS_LOB.GETLENGTH(${quoteName(name)}) > ${most}`;
  const where = whereAll([...userCondition(read.where), long, `ROWNUM <= ${rows}`]);
  return statement(`SELECT ${items.join(', ')} FROM ${tableAt(read.table, read.scn)}${where}`);
}

/** Mean length of the LOBs of a row together, then the greatest of each; NULL where there is no row, or no value. */
export function lobLengths(read: Omit<TableRead, 'where'>, lobs: readonly string[]): Statement {
  const lengths = lobs.map((name) => `DBMS_LOB.GETLENGTH(${quoteName(name)})`);
  const sum = lengths.map((length) => `NVL(${length}, 0)`).join(' + ');
  const items = [`AVG(${sum})`, ...lengths.map((length) => `MAX(${length})`)];
  return statement(`SELECT ${items.join(', ')} FROM ${tableAt(read.table, read.scn)}`);
}
