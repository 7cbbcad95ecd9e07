import type { TableName } from '../../core/ports/target';
import type { Place } from '../session/place';
import { qualified } from '../session/sql';
import { mayReadLedger } from './schema/ledger-rights';
import { readableLedger } from './schema/readable';

/**
 * The complete runs that have rows of the entity in that very table, the latest first: a table that was dropped and made anew has none of
 * theirs, and a run that has skipped or rejected every row has none. Ledgers of earlier versions, which keep no number of the table, go by
 * its name.
 */
export function migratedBy(
  { sessions, ledgerSchema, actual }: Place,
  entity: string,
  known: TableName,
): Promise<readonly string[]> {
  const table = actual(known);
  return sessions.use(async (session) => {
    const ledger = (await mayReadLedger(session, ledgerSchema)) ? await readableLedger(session, ledgerSchema) : null;
    if (ledger === null) return [];
    const { rows } = await session.query<{ id: string }>(
      `select r.id from ${ledger.of('run')} r join ${ledger.of('entity_table')} t on t.run = r.id
         join pg_database d on d.datname = current_database()
       where r.state = 'complete' and t.entity = $1 and t.schema_name = $2 and t.table_name = $3
         and (select coalesce(sum(l.inserted + l.updated), 0) from ${ledger.of('chunk_load')} l where l.run = r.id and l.entity = t.entity)
           > (select count(*) from ${ledger.of('reject')} j where j.run = r.id and j.entity = t.entity and j.chunk < 0)
         and (t.table_oid is null or t.database_oid is distinct from d.oid or t.table_oid = to_regclass($4)::oid)
       order by r.nth desc`,
      [entity, table.schema, table.name, qualified(table)],
    );
    return rows.map(({ id }) => id);
  });
}
