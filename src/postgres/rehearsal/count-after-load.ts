import type { TableName } from '../../core/ports/target';
import { countRows } from '../compare/row-counts';
import { readUniques } from '../catalogue/constraints';
import type { Place } from '../session/place';
import { rowsOf } from '../catalogue/rows-of';
import { equalities, pairsOf, qualified } from '../session/sql';

/** Rows that the real table would have: its own, and those of the copy that do not stand in the place of one. */
export async function countAfterLoad(shadow: Place, table: TableName): Promise<number> {
  const copy = shadow.actual(table);
  const beside = shadow.beside(copy);
  const loaded = await countRows(shadow, table);
  if (beside === null) return loaded;
  return shadow.sessions.use(async (session) => {
    const real = await rowsOf(session, beside);
    const same = (await readUniques(session, beside)).map(({ columns }) => {
      return `(${equalities('b', 'c', pairsOf(columns))})`;
    });
    const replacing =
      same.length === 0
        ? '0'
        : `(select count(*) from ${qualified(copy)} c
            where ${same.map((key) => `exists (select from ${real} b where ${key})`).join(' or ')})`;
    const { rows } = await session.query<{ rows: string }>(
      `select (select count(*) from ${real}) - ${replacing} as rows`,
    );
    return loaded + Number(rows[0]?.rows);
  });
}
