import { MigrationError } from '../../core/errors';
import type { Place } from '../session/place';
import type { Session } from '../session/session';
import { systemIdentifier } from '../session/server-facts';
import { readingLedger, tablesIn, type ReadableLedger } from './schema/readable';

/** An entity whose rows are in one table while another has its name. */
interface OtherTable {
  readonly entity: string;
  /** What has the name now. */
  readonly now: string;
  /** What the table that was loaded is called now; null where it is gone. */
  readonly loaded: string | null;
  /** The statements that give each its name back. */
  readonly statements: string | null;
}

/**
 * Throws CHECKPOINT_STALE where the run has loaded rows into a table that was renamed or dropped since, and another has its name: what
 * is written there could not be taken back with the rest.
 */
export async function refuseOtherTables(place: Place, runId: string): Promise<void> {
  await readingLedger(place, undefined, async (session, ledger) => {
    const [other] = await otherTables(session, ledger, { runId, entity: null });
    if (other !== undefined) throw otherTable(other, runId);
  });
}

/** The same of one entity, by a session of a lane. */
export async function refuseOtherTable(
  session: Session,
  schema: string,
  of: { readonly runId: string; readonly entity: string },
): Promise<void> {
  const [other] = await otherTables(session, { of: tablesIn(schema) }, of);
  if (other !== undefined) throw otherTable(other, of.runId);
}

/** In this database only: elsewhere the numbers of tables are others. */
async function otherTables(
  session: Session,
  { of }: Pick<ReadableLedger, 'of'>,
  { runId, entity }: { readonly runId: string; readonly entity: string | null },
): Promise<readonly OtherTable[]> {
  const { rows } = await session.query<OtherTable>(
    `select e.entity, format('%I.%I', e.schema_name, e.table_name) as now, case when t.oid is not null then format('%I.%I', n.nspname, t.relname) end as loaded,
       case when t.oid is not null then format('alter table %I.%I rename to %I; ', e.schema_name, e.table_name, left(e.table_name, 40) || '_made_' || c.oid)
         || case when t.relname = e.table_name then '' else format('alter table %I.%I rename to %I', n.nspname, t.relname, e.table_name) end
         || case when n.nspname = e.schema_name then '' when t.relname = e.table_name then format('alter table %I.%I set schema %I', n.nspname, t.relname, e.schema_name)
           else format('; alter table %I.%I set schema %I', n.nspname, e.table_name, e.schema_name) end end as statements
     from ${of('entity_table')} e join pg_class c on c.oid = to_regclass(format('%I.%I', e.schema_name, e.table_name))
       left join (pg_class t join pg_namespace n on n.oid = t.relnamespace) on t.oid = e.table_oid
     where e.run = $1 and ($2::text is null or e.entity = $2) and e.table_oid <> c.oid
       and e.database_oid = (select oid from pg_database where datname = current_database())
       and (e.system_identifier is null or e.system_identifier = coalesce($3, e.system_identifier))
       and exists (select from ${of('chunk_load')} l where l.run = e.run and l.entity = e.entity and l.inserted + l.updated > 0)
     order by e.entity`,
    [runId, entity, await systemIdentifier(session)],
  );
  return rows;
}

function otherTable({ entity, now, loaded, statements }: OtherTable, runId: string): MigrationError {
  const where = loaded === null ? 'a table that is gone' : `the table that is called ${loaded} now`;
  return new MigrationError(
    'CHECKPOINT_STALE',
    `run ${runId} has loaded rows of ${entity} into ${where}, and another table is called ${now}`,
    {
      hint:
        statements === null
          ? 'Nothing was written. The rows went with their table and cannot be loaded again by this run: take the target back to its backup, or empty its tables and drop the schema of the ledger by hand, then start a new run.'
          : `Nothing was written. Give the names back: ${statements}; then run it again. Move what was changed in the other table by hand.`,
      facts: { runId, entity, table: now, loaded },
    },
  );
}
