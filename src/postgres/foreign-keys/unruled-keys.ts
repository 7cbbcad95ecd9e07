import type { TableName, UnruledKey } from '../../core/ports/target';
import type { Place } from '../session/place';
import type { Session } from '../session/session';
import { qualified } from '../session/sql';
import { isTemporal } from '../catalogue/live-keys';
import { withQualifiedNames } from '../session/qualified-names';
import { columnNames, IS_ENFORCED } from '../catalogue/constraint-sql';

/**
 * Of a partitioned table those that stand on one of its partitions; of a partition those that it has from its parent, and cannot lose by
 * itself. A key to a partitioned table has further entries, one for each partition there, which belong to the same table.
 */
const KEYS = `
  with tree as (select to_regclass($1)::oid as oid union select t.relid from pg_partition_tree(to_regclass($1)) t)
  select c.conname::text as name, pg_get_constraintdef(c.oid) as definition, c.conrelid <> to_regclass($1) or above.oid is not null as of_partition,
    n.nspname::text as schema_name, t.relname::text as table_name, pn.nspname::text as parent_schema, p.relname::text as parent_name,
    ${columnNames('own')} as columns
  from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_namespace n on n.oid = t.relnamespace
    join pg_class p on p.oid = coalesce(pg_partition_root(c.confrelid), c.confrelid) join pg_namespace pn on pn.oid = p.relnamespace
    left join pg_constraint above on above.oid = c.conparentid and above.conrelid <> c.conrelid
  where c.contype = 'f' and c.conrelid in (select oid from tree) and ${IS_ENFORCED}
    and case when c.conrelid = to_regclass($1) then c.conparentid = 0 or above.oid is not null else c.conparentid = 0 end
  order by 4, 5, 1`;

interface Row {
  readonly name: string;
  readonly definition: string;
  readonly of_partition: boolean;
  readonly schema_name: string;
  readonly table_name: string;
  readonly parent_schema: string;
  readonly parent_name: string;
  readonly columns: string[];
}

/** The foreign keys of a table that no policy for orphans reaches. */
export async function readUnruledKeys(session: Session, place: Place, table: TableName): Promise<UnruledKey[]> {
  const { rows } = await withQualifiedNames(session, () => session.query<Row>(KEYS, [qualified(table)]));
  return rows.flatMap((row) => {
    const { name, columns, definition, of_partition: isOfPartition } = row;
    if (!isOfPartition && !isTemporal(row)) return [];
    const parent = place.known({ schema: row.parent_schema, name: row.parent_name });
    const kind = isTemporal(row) ? 'period' : 'partition';
    return [{ name, kind, table: { schema: row.schema_name, name: row.table_name }, columns, parent, definition }];
  });
}
