import type { TableName, TargetForeignKey } from '../../core/ports/target';
import { orphanCondition } from '../catalogue/live-keys';
import { parentRowsOf, rowsOf } from '../catalogue/rows-of';
import type { Place } from '../session/place';
import type { Session } from '../session/session';

export function countRows(place: Place, table: TableName): Promise<number> {
  return place.sessions.use(async (session) =>
    countOf(session, `select count(*) as rows from ${await rowsOf(session, place.actual(table))}`),
  );
}

/** Rows with a foreign key that leads nowhere. */
export function countOrphanRows(place: Place, table: TableName, key: TargetForeignKey): Promise<number> {
  return place.sessions.use(async (session) => {
    const child = await rowsOf(session, place.actual(table));
    const orphan = orphanCondition({ ...key, parents: await parentRowsOf(session, place, place.actual(key.parent)) });
    return countOf(session, `select count(*) as rows from ${child} c where ${orphan}`);
  });
}

async function countOf(session: Session, text: string): Promise<number> {
  const { rows } = await session.query<{ rows: string }>(text);
  return Number(rows[0]?.rows);
}
