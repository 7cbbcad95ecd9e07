import type { TableName } from '../../core/ports/target';
import type { Session } from '../session';
import { ident, qualified } from '../sql';

/** From this version on a trigger of a partition is a trigger of its own, and switched by itself. */
const VERSION_15 = 150_000;

const TRIGGERS = `
  with tree as (select unnest($1::oid[]) as oid union select t.relid from unnest($1::oid[]) m, pg_partition_tree(m) t)
  select n.nspname::text as schema_name, c.relname::text as table_name, t.tgname::text as name, t.tgenabled::text as enabled,
    current_setting('server_version_num')::int >= ${VERSION_15} as by_itself
  from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
  where t.tgrelid in (select oid from tree) and not t.tgisinternal and t.tgenabled in ('O', 'A') and (t.tgtype & $2) <> 0
  order by 1, 2, 3`;

/** Bits of `pg_trigger.tgtype`. */
export const ON_INSERT = 4;
export const ON_DELETE = 8;
export const ON_UPDATE = 16;

/** A trigger of a table or of one of its partitions, with the statements that switch it off and back to the state it had. */
export interface TreeTrigger {
  readonly table: TableName;
  readonly name: string;
  readonly removal: string;
  readonly restoration: string;
}

interface Row {
  readonly schema_name: string;
  readonly table_name: string;
  readonly name: string;
  readonly enabled: 'O' | 'A';
  readonly by_itself: boolean;
}

/** Those that fire in an ordinary session (`O`) or in any (`A`) on one of the events, and are not the server's own. */
export async function readTreeTriggers(
  session: Session,
  oids: readonly number[],
  events: number,
): Promise<TreeTrigger[]> {
  const { rows } = await session.query<Row>(TRIGGERS, [oids, events]);
  return rows.map(({ schema_name: schema, table_name: name, name: trigger, enabled, by_itself: byItself }) => {
    const table = { schema, name };
    const alter = `alter table ${byItself ? 'only ' : ''}${qualified(table)}`;
    const enable = enabled === 'A' ? 'enable always' : 'enable';
    return {
      table,
      name: trigger,
      removal: `${alter} disable trigger ${ident(trigger)}`,
      restoration: `${alter} ${enable} trigger ${ident(trigger)}`,
    };
  });
}
