import type { TableName } from '../../core/ports/target';
import type { Session } from '../session/session';
import { qualified } from '../session/sql';

/** The number by which the server knows the table that has the name; null where none has. */
export async function tableOid(session: Session, table: TableName): Promise<number | null> {
  const { rows } = await session.query<{ oid: number | null }>('select to_regclass($1)::oid as oid', [
    qualified(table),
  ]);
  return rows[0]?.oid ?? null;
}
