import type { TableName } from '../../core/ports/target';
import type { Session } from '../session/session';
import { qualified } from '../session/sql';

/** What a page can hold of one row, its header included. */
const MOST_BYTES = 8_160;

/**
 * At most: a value is stored away from its row once it is longer than the pointer to it, unless the column's storage is plain. Each may
 * be aligned to eight bytes; a bit of each says whether it is null.
 */
const MOST_OF_A_ROW = `
  select sum(case when a.attlen > 0 then (a.attlen + 7) / 8 * 8 when a.attstorage = 'p' then ${MOST_BYTES} else 24 end)
    + count(*) / 8 + 32 as bytes
  from pg_attribute a where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped`;

/** Whether a row of the table can be too big for a page, whatever the server does with its values. */
export async function canExceedPage(session: Session, table: TableName): Promise<boolean> {
  const { rows } = await session.query<{ bytes: string | null }>(MOST_OF_A_ROW, [qualified(table)]);
  return Number(rows[0]?.bytes ?? 0) > MOST_BYTES;
}
