import type { TableName } from '../../core/ports/target';
import { onlyRow, type Session } from '../session/session';
import { qualified } from '../session/sql';

/** The number by which the server knows the table that has the name; null where none has. */
export async function tableOid(session: Session, table: TableName): Promise<number | null> {
  const { rows } = await session.query<{ oid: number | null }>('select to_regclass($1)::oid as oid', [
    qualified(table),
  ]);
  return rows[0]?.oid ?? null;
}

/** What stands behind a name at present. */
export interface TableNow {
  readonly oid: number | null;
  /** The table itself or partitions of it that a crash of the server would empty. */
  readonly unlogged: readonly string[];
  /** The same of what is no table of this server, as `view s.t`: rows would not stay there. */
  readonly elsewhere: readonly string[];
}

export async function tableNow(session: Session, table: TableName): Promise<TableNow> {
  const { rows } = await session.query<TableNow>(
    `select t.oid::oid as oid, array(
       select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relpersistence = 'u' and c.relkind <> 'p' and c.oid in (select t.oid union select relid from pg_partition_tree(t.oid))
       order by 1) as unlogged, array(
       select case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'f' then 'foreign table' else 'relation' end
         || ' ' || n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind not in ('r', 'p') and c.oid in (select t.oid union select relid from pg_partition_tree(t.oid))
       order by 1) as elsewhere
     from (select to_regclass($1) as oid) t`,
    [qualified(table)],
  );
  return onlyRow(rows);
}
