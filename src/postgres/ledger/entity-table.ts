import type { TableName } from '../../core/ports/target';
import type { WritePlan } from '../../core/ports/write-plan';
import type { Session } from '../session/session';
import { systemIdentifier } from '../session/server-facts';
import { ident, qualified } from '../session/sql';
import { refuseOtherTable } from './other-tables';

/** An entity of a run, where it is loaded to, and the columns there that hold its legacy key. */
export interface EntityTable {
  readonly entity: string;
  readonly table: TableName;
  readonly keyColumns: readonly string[];
}

/**
 * Notes in the ledger which table an entity goes to, so that orphans can be told from children of rejected parents, and which table of
 * which database that is: only there do the numbers of transactions tell the run's rows. A table made anew before any row was loaded takes
 * the place of the former one; throws CHECKPOINT_STALE where there are such rows.
 */
export async function registerTable(
  session: Session,
  schema: string,
  { runId, plan, table }: { readonly runId: string; readonly plan: WritePlan; readonly table: TableName },
): Promise<void> {
  const keyColumns = plan.keyPositions.map((position) => plan.columns[position]);
  await session.query(
    `insert into ${ident(schema)}.entity_table as e
       (run, entity, schema_name, table_name, key_columns, table_oid, database_oid, system_identifier)
     select $1, $2, $3, $4, $5, to_regclass($6), d.oid, $7 from pg_database d where d.datname = current_database()
     on conflict (run, entity) do update set table_oid = excluded.table_oid, database_oid = excluded.database_oid,
       system_identifier = excluded.system_identifier
     where (e.table_oid, e.database_oid) is distinct from (excluded.table_oid, excluded.database_oid)
       and not exists (select from ${ident(schema)}.chunk_load l
         where l.run = e.run and l.entity = e.entity and l.inserted + l.updated > 0)`,
    [runId, plan.entity, table.schema, table.name, keyColumns, qualified(table), await systemIdentifier(session)],
  );
  await refuseOtherTable(session, schema, { runId, entity: plan.entity });
}

/** The tables that the run has begun to load. */
export async function entityTables(session: Session, schema: string, runId: string): Promise<EntityTable[]> {
  interface Row {
    readonly entity: string;
    readonly schema_name: string;
    readonly table_name: string;
    readonly key_columns: string[];
  }
  const { rows } = await session.query<Row>(
    `select entity, schema_name, table_name, key_columns from ${ident(schema)}.entity_table where run = $1 order by entity`,
    [runId],
  );
  return rows.map((row) => ({
    entity: row.entity,
    table: { schema: row.schema_name, name: row.table_name },
    keyColumns: row.key_columns,
  }));
}
