import type { Session } from '../../session/session';
import { columnList, equalities, ident, pairsOf } from '../../session/sql';
import type { UniqueIndex } from '../../catalogue/constraints';
import { ORDINAL, stagedRows } from './staging-table';
import type { TableShape } from '../shape/table-shape';

/** The target table in statements that join it with staged rows. A column of the name is no other: each is named with its table. */
export const TARGET = 'cutover_target';

/** SQL: a row of the target and a staged row `s` have the same key. */
export function sameKey({ columns }: UniqueIndex): string {
  return equalities(TARGET, 's', pairsOf(columns));
}

/** The staged rows, of those that meet the condition, whose key a row of the target has. */
export async function rowsWithTwin(
  session: Session,
  shape: TableShape,
  { index, condition = 'true' }: { readonly index: UniqueIndex; readonly condition?: string },
): Promise<readonly number[]> {
  const { rows } = await session.query<{ ordinal: number }>(
    `select s.${ORDINAL} as ordinal from (${stagedRows(shape, condition)}) s
     where exists (select from ${shape.rows} ${TARGET} where ${sameKey(index)})`,
  );
  return rows.map(({ ordinal }) => ordinal);
}

/** The staged rows that come after one with an equal key, each with the first index in which they do; row after row, as a load would. */
export async function rowsAfterEquals(
  session: Session,
  shape: TableShape,
  uniques: readonly UniqueIndex[],
): Promise<ReadonlyMap<number, UniqueIndex>> {
  const keysOf = new Map<number, Key[]>();
  for (const index of uniques) {
    for (const { ordinal, first } of await equalRows(session, shape, index)) {
      keysOf.set(ordinal, [...(keysOf.get(ordinal) ?? []), { index, name: `${index.name} ${first}` }]);
    }
  }
  const taken = new Set<string>();
  const later = new Map<number, UniqueIndex>();
  for (const [ordinal, keys] of [...keysOf].sort(([a], [b]) => a - b)) {
    const clash = keys.find(({ name }) => taken.has(name));
    if (clash === undefined) for (const { name } of keys) taken.add(name);
    else later.set(ordinal, clash.index);
  }
  return later;
}

/** A key that several rows have, named by the first of them. */
interface Key {
  readonly index: UniqueIndex;
  readonly name: string;
}

async function equalRows(
  session: Session,
  shape: TableShape,
  { columns }: UniqueIndex,
): Promise<readonly { readonly ordinal: number; readonly first: number }[]> {
  const filled = columns.map((column) => `${ident(column)} is not null`).join(' and ');
  const { rows } = await session.query<{ ordinal: number; first: number }>(
    `select ordinal, first from (
       select ${ORDINAL} as ordinal, min(${ORDINAL}) over equals as first, count(*) over equals as rows
       from (${stagedRows(shape)}) s where ${filled} window equals as (partition by ${columnList(columns)})) k
     where rows > 1`,
  );
  return rows;
}
