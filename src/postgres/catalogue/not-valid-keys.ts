import type { TableName } from '../../core/ports/target';
import type { Session } from '../session/session';
import { qualified } from '../session/sql';

/** SQL: a foreign key of the table `t` of pg_class can be there though rows break it (NOT VALID); of a partitioned one from PostgreSQL 18 on. */
export const KEYS_CAN_BE_NOT_VALID = `(t.relkind <> 'p' or current_setting('server_version_num')::int >= 180000)`;

export async function keysCanBeNotValid(session: Session, table: TableName): Promise<boolean> {
  const { rows } = await session.query<{ possible: boolean }>(
    `select ${KEYS_CAN_BE_NOT_VALID} as possible from pg_class t where t.oid = to_regclass($1)`,
    [qualified(table)],
  );
  return rows[0]?.possible ?? true;
}
