import { visibleSql } from '../../core/words/visible-sql';
import { MigrationError } from '../../core/errors';
import { plainName } from '../../core/mapping/table-name';
import type { TableName } from '../../core/ports/target';
import type { Place } from '../session/place';
import type { Session } from '../session/session';
import { systemIdentifier } from '../session/server-facts';
import { ident, qualified } from '../session/sql';
import { readingLedger, tablesIn, type ReadableLedger } from './schema/readable';

/** An entity whose rows are in one table while another has its name. */
interface OtherTable {
  readonly entity: string;
  readonly name: TableName;
  /** By which the server knows the table that has the name now. */
  readonly oid: number;
  /** What the table that was loaded is called now; null where it is gone. */
  readonly loaded: TableName | null;
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
    `select e.entity, json_build_object('schema', e.schema_name, 'name', e.table_name) as name, c.oid,
       case when t.oid is not null then json_build_object('schema', n.nspname, 'name', t.relname) end as loaded
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

/** The statements that give each table its name back: the other one steps aside first. */
function namesGivenBack({ name, oid, loaded }: OtherTable & { readonly loaded: TableName }): string {
  const statements = [`alter table ${qualified(name)} rename to ${ident(`cutover_other_${oid}`)}`];
  if (loaded.name !== name.name) statements.push(`alter table ${qualified(loaded)} rename to ${ident(name.name)}`);
  if (loaded.schema !== name.schema) {
    const renamed = qualified({ schema: loaded.schema, name: name.name });
    statements.push(`alter table ${renamed} set schema ${ident(name.schema)}`);
  }
  return statements.map(visibleSql).join('; ');
}

function otherTable({ loaded, ...other }: OtherTable, runId: string): MigrationError {
  const { entity, name } = other;
  const [now, then] = [plainName(name), loaded === null ? null : plainName(loaded)];
  const where = then === null ? 'a table that is gone' : `the table that is called ${then} now`;
  return new MigrationError(
    'CHECKPOINT_STALE',
    `run ${runId} has loaded rows of ${entity} into ${where}, and another table is called ${now}`,
    {
      hint:
        loaded === null
          ? 'Nothing was written. The rows went with their table and cannot be loaded again by this run: take the target back to its backup, or empty its tables and drop the schema of the ledger by hand, then start a new run.'
          : `Nothing was written. Give the names back: ${namesGivenBack({ ...other, loaded })}; then run it again. Move what was changed in the other table by hand.`,
      facts: { runId, entity, table: now, loaded: then },
    },
  );
}
