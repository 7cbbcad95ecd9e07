import type { FollowingKey } from '../../core/run/hazards';
import type { TableName } from '../../core/ports/target';
import type { Session } from '../session/session';
import { qualified } from '../session/sql';
import { columnNames, IS_ENFORCED } from '../catalogue/constraint-sql';

/** Keys of tables outside the family; those of the partitions go by their root. */
const FOLLOWING = `
  with family as (select to_regclass($1)::oid as oid union select relid from pg_partition_tree(to_regclass($1))
    union select relid from pg_partition_ancestors(to_regclass($1)))
  select c.conname::text as name, n.nspname::text as schema_name, t.relname::text as table_name,
    case c.confupdtype when 'c' then 'CASCADE' when 'n' then 'SET NULL' else 'SET DEFAULT' end as action,
    ${columnNames('parent')} as parent_columns
  from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_namespace n on n.oid = t.relnamespace
  where c.contype = 'f' and c.conparentid = 0 and c.confupdtype in ('c', 'n', 'd') and c.confrelid in (select oid from family)
    and c.conrelid not in (select oid from family) and ${IS_ENFORCED}
  order by 2, 3, 1`;

/** The keys of other tables that change rows of theirs when columns of this one are updated. */
export async function readFollowingKeys(session: Session, table: TableName): Promise<FollowingKey[]> {
  interface Row extends Pick<FollowingKey, 'name' | 'action'> {
    readonly schema_name: string;
    readonly table_name: string;
    readonly parent_columns: readonly string[];
  }
  const { rows } = await session.query<Row>(FOLLOWING, [qualified(table)]);
  return rows.map(({ schema_name: schema, table_name: own, parent_columns: parentColumns, name, action }) => ({
    ...{ name, action, parentColumns },
    table: { schema, name: own },
  }));
}
