import type { TableName } from '../../core/ports/target';
import type { Place } from '../session/place';
import type { Session } from '../session/session';
import { qualified } from '../session/sql';

/**
 * SQL, for FROM, UPDATE and DELETE: the rows of a table itself. Those of tables that inherit from it are none of it: no key of the
 * table is unique over them, no foreign key leads to them, no load writes them. A partitioned table has the rows of its partitions.
 */
export async function rowsOf(session: Session, table: TableName): Promise<string> {
  const { rows } = await session.query<{ partitioned: boolean }>(
    `select relkind = 'p' as partitioned from pg_class where oid = to_regclass($1)`,
    [qualified(table)],
  );
  return rows[0]?.partitioned === true ? qualified(table) : `only ${qualified(table)}`;
}

/** The rows that a reference to the table may lead to: its own, and in a rehearsal those of the real table as well. */
export async function parentRowsOf(session: Session, place: Place, parent: TableName): Promise<string[]> {
  const beside = place.beside(parent);
  const own = await rowsOf(session, parent);
  return beside === null ? [own] : [own, await rowsOf(session, beside)];
}
