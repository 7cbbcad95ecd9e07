import type { TableName } from '../../core/ports/target';
import type { Place } from '../session/place';
import { ident, qualified } from '../session/sql';
import { mayReadLedger } from './schema/ledger-rights';

/**
 * The latest complete run that has loaded the entity into that very table: one that was dropped and made anew has none of its rows.
 * Ledgers of earlier versions, which keep no number of the table, go by its name.
 */
export function migratedBy(
  { sessions, ledgerSchema, actual }: Place,
  entity: string,
  known: TableName,
): Promise<string | null> {
  const table = actual(known);
  const s = ident(ledgerSchema);
  return sessions.use(async (session) => {
    if (!(await mayReadLedger(session, ledgerSchema))) return null;
    const { rows } = await session.query<{ id: string }>(
      `select r.id from ${s}.run r join ${s}.entity_table t on t.run = r.id
         join pg_database d on d.datname = current_database()
         cross join lateral (select (to_jsonb(t) ->> 'table_oid')::oid as oid, (to_jsonb(t) ->> 'database_oid')::oid as database) at
       where r.state = 'complete' and t.entity = $1 and t.schema_name = $2 and t.table_name = $3
         and exists (select from ${s}.chunk_load l where l.run = r.id and l.entity = t.entity)
         and (at.oid is null or at.database is distinct from d.oid or at.oid = to_regclass($4)::oid)
       order by r.started_at desc limit 1`,
      [entity, table.schema, table.name, qualified(table)],
    );
    return rows[0]?.id ?? null;
  });
}
