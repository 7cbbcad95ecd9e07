import type { RowTaker } from '../../core/ports/legacy-source';
import { statement, tableAt, userCondition, type ResolvedName, type Statement } from './statement';

/**
 * What becomes of the rows of one table in one scan: for each row whether a taker's own condition holds (On) and the operator's with it
 * (Ln), unknown being no; then the sums. In the order of `TakenCounts`: total, once, several, leftByChoice, ofOthers, none, and for each
 * taker taken and loaded. `AS OF` stands behind the table, where it is documented.
 */
export function countTakenRows(
  { table, scn }: { readonly table: ResolvedName; readonly scn: string | null },
  takers: readonly RowTaker[],
): Statement {
  const inRun = takers.flatMap((taker, nth) => (taker.inRun ? [nth] : []));
  const outside = takers.flatMap((taker, nth) => (taker.inRun ? [] : [nth]));
  const [own, loaded, others] = [sumOf('O', inRun), sumOf('L', inRun), sumOf('O', outside)];
  const sums = [
    'COUNT(*)',
    counting(`${loaded} > 0`),
    counting(`${loaded} > 1`),
    counting(`${own} > 0 AND ${loaded} = 0`),
    counting(`${own} = 0 AND ${others} > 0`),
    counting(`${own} = 0 AND ${others} = 0`),
    ...takers.flatMap((_, nth) => [`NVL(SUM(O${nth}), 0)`, `NVL(SUM(L${nth}), 0)`]),
  ];
  const flags = takers.flatMap(({ where, chosen }, nth) => [
    `${flag([...userCondition(where)])} AS O${nth}`,
    `${flag([...userCondition(where), ...userCondition(chosen)])} AS L${nth}`,
  ]);
  const rows = `SELECT ${flags.length === 0 ? '1 AS O' : flags.join(', ')} FROM ${tableAt(table, scn)}`;
  return statement(`SELECT ${sums.join(', ')} FROM (${rows})`);
}

function flag(conditions: readonly string[]): string {
  return conditions.length === 0 ? '1' : `CASE WHEN ${conditions.join(' AND ')} THEN 1 ELSE 0 END`;
}

function sumOf(letter: 'O' | 'L', places: readonly number[]): string {
  return places.length === 0 ? '0' : `(${places.map((nth) => `${letter}${nth}`).join(' + ')})`;
}

function counting(condition: string): string {
  return `NVL(SUM(CASE WHEN ${condition} THEN 1 ELSE 0 END), 0)`;
}

/** What Oracle itself makes beside the tables of a schema: the recycle bin, logs of materialized views and their helpers, queues. */
const NOT_THEIR_OWN = ['BIN$%', 'MLOG$!_%', 'RUPD$!_%', 'AQ$%'];

/**
 * The tables of some owners that hold rows of their own: no parts of others (nested tables, overflow and mapping segments of index-organised
 * tables, what a domain index or a queue stores), no materialized views nor their logs, nothing in the recycle bin. NUM_ROWS is an estimate.
 */
export function listOwnedTables(owners: readonly string[]): Statement {
  const binds = Object.fromEntries(owners.map((owner, nth) => [`o${nth}`, owner]));
  const list = owners.map((_, nth) => `:o${nth}`).join(', ');
  return statement(
    `SELECT T.OWNER, T.TABLE_NAME, T.NUM_ROWS, T.TEMPORARY, X.TABLE_NAME AS EXTERNAL_NAME FROM ALL_TABLES T` +
      ` LEFT JOIN ALL_EXTERNAL_TABLES X ON X.OWNER = T.OWNER AND X.TABLE_NAME = T.TABLE_NAME` +
      ` WHERE T.OWNER IN (${list}) AND T.NESTED = 'NO' AND T.SECONDARY = 'N' AND T.DROPPED = 'NO'` +
      ` AND (T.IOT_TYPE IS NULL OR T.IOT_TYPE = 'IOT')` +
      ` AND NOT EXISTS (SELECT 1 FROM ALL_MVIEWS M WHERE M.OWNER = T.OWNER AND M.CONTAINER_NAME = T.TABLE_NAME)` +
      NOT_THEIR_OWN.map((pattern) => ` AND T.TABLE_NAME NOT LIKE '${pattern}' ESCAPE '!'`).join('') +
      ` ORDER BY T.OWNER, T.TABLE_NAME`,
    binds,
  );
}
