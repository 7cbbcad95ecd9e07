import type { Session } from '../session';
import { columnList, ident, qualified } from '../sql';
import type { UniqueIndex } from './constraints';
import { ORDINAL, stagedRows } from './staging-table';
import type { TableShape } from './table-shape';

/** The indexes of a chunk from … to, both included. */
export interface OrdinalRange {
  readonly from: number;
  readonly to: number;
}

/** Rows of the range that a unique constraint kept out; `unclear` when the rows that came in cannot be told apart. */
export type Inserted =
  { readonly kind: 'inserted'; readonly duplicates: readonly number[] } | { readonly kind: 'unclear' };

/** What rows are recognised by after the insert: every column of a unique index that is loaded. */
export interface Recognition {
  readonly columns: readonly string[];
  readonly castAs: 'as-is' | 'text';
  /** Whether duplicates are left out, or make the statement fail. */
  readonly conflicts: 'skip' | 'fail';
}

/**
 * Rows equal in all columns of the unique indexes are refused or let in alike, so these columns tell which rows came in. Where
 * an index has expressions or a predicate, all columns are needed for that.
 */
export function recognitionBy(shape: TableShape, uniques: readonly UniqueIndex[]): Recognition {
  const loaded = shape.columns.map(({ name }) => name);
  if (uniques.some(({ immediate }) => !immediate)) return { columns: [], castAs: 'as-is', conflicts: 'fail' };
  if (uniques.some(({ plain }) => !plain)) return { columns: loaded, castAs: 'text', conflicts: 'skip' };
  const keys = new Set(uniques.flatMap(({ columns }) => columns));
  return { columns: loaded.filter((column) => keys.has(column)), castAs: 'as-is', conflicts: 'skip' };
}

/** Inserts staged rows in their order, the first of equals winning; in one statement. */
export async function insertStaged(
  session: Session,
  shape: TableShape,
  { range, recognition }: { readonly range: OrdinalRange; readonly recognition: Recognition },
): Promise<Inserted> {
  const { rows } = await session.query<{ staged: string; inserted: string; duplicates: number[] }>(
    insertStatement(shape, recognition),
    [range.from, range.to],
  );
  const { staged, inserted, duplicates } = rows[0] ?? { staged: '0', inserted: '0', duplicates: [] };
  // A single row came in or did not, whatever a trigger made of its key.
  if (range.from === range.to) return { kind: 'inserted', duplicates: staged === inserted ? [] : [range.from] };
  const clear = Number(staged) === Number(inserted) + duplicates.length;
  return clear ? { kind: 'inserted', duplicates } : { kind: 'unclear' };
}

/** Of rows alike, the first n came in when n of them came in: that is the order in which the statement takes them. */
function insertStatement(shape: TableShape, { columns, castAs, conflicts }: Recognition): string {
  const names = columnList(shape.columns.map(({ name }) => name));
  const marks = columns.map((_, index) => `u${index}`);
  const marked = columns.map((column, index) => `${ident(column)}${castAs === 'text' ? '::text' : ''} as u${index}`);
  const alike = marks.length === 0 ? '' : `partition by ${marks.join(', ')}`;
  const list = (items: readonly string[]): string => items.map((item) => `, ${item}`).join('');
  return `
    with staged as materialized (${stagedRows(shape, `${ORDINAL} between $1 and $2`)}),
    came_in as (
      insert into ${qualified(shape.table)} (${names}) overriding system value
      select ${names} from staged order by ${ORDINAL}${conflicts === 'skip' ? ' on conflict do nothing' : ''} returning 1 as one${list(marked)}),
    counted as (select count(*) as n${list(marks)} from came_in${marks.length === 0 ? '' : ` group by ${marks.join(', ')}`}),
    both_sides as (
      select ordinal, null::bigint as n, row_number() over (${alike} order by ordinal) as nth${list(marks)}
      from (select ${ORDINAL} as ordinal${list(marked)} from staged) s
      union all select null, n, null${list(marks)} from counted),
    told as (select ordinal, nth, max(n) over (${alike}) as n from both_sides)
    select (select count(*) from staged) as staged, (select count(*) from came_in) as inserted,
      array(select ordinal from told where ordinal is not null and nth > coalesce(n, 0) order by ordinal) as duplicates`;
}

/** Of the given rows, those that have a row with the same key in the table. */
export async function rowsWithTwin(
  session: Session,
  shape: TableShape,
  { index, ordinals }: { readonly index: UniqueIndex; readonly ordinals: readonly number[] },
): Promise<readonly number[]> {
  const same = index.columns.map((column) => `t.${ident(column)} = s.${ident(column)}`).join(' and ');
  const { rows } = await session.query<{ ordinal: number }>(
    `select s.${ORDINAL} as ordinal from (${stagedRows(shape, `${ORDINAL} = any($1)`)}) s
     where exists (select from ${qualified(shape.table)} t where ${same})`,
    [ordinals],
  );
  return rows.map(({ ordinal }) => ordinal);
}
