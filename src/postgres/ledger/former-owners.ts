import type { TableName } from '../../core/ports/target';
import type { Session } from '../session/session';
import { ident, qualified } from '../session/sql';
import type { EntityRun } from './plan-rows';
import { tablesIn, type ReadableLedger } from './schema/readable';
import { XIDS } from './written-by';

/** Whose rows were overwritten, and how the table told them then. */
export interface FormerOwner {
  /** Null: no run of the ledger, or several entities, which a ledger of an earlier version cannot tell apart. */
  readonly owner: EntityRun | null;
  /** The xmin that their rows had, as text. */
  readonly writers: readonly string[];
}

/** SQL: run, entity and xmin of all that the ledger's runs have written to the tables whose oid meets the condition. */
export function writersOfTable(of: ReadableLedger['of'], condition: string): string {
  return `select e.run, e.entity, w % ${XIDS} as writer from ${of('entity_table')} e join ${of('chunk_load')} l using (run, entity),
      unnest(l.written_by) w where e.table_oid ${condition}
    union select e.run, e.entity, r.txid % ${XIDS} from ${of('entity_table')} e join ${of('rewrite')} r using (run, entity)
      where e.table_oid ${condition}`;
}

/** Sorts writers of rows of a table by the run and entity that they wrote for. */
export async function formerOwners(
  session: Session,
  schema: string,
  { table, writers }: { readonly table: TableName; readonly writers: readonly string[] },
): Promise<FormerOwner[]> {
  const { rows } = await session.query<{ run: string | null; entity: string | null; writers: string[] }>(
    `select run, entity, array_agg(writer::text) as writers from (
       select f.writer, case when count(o.run) = 1 then min(o.run) end as run, case when count(o.run) = 1 then min(o.entity) end as entity
       from unnest($1::bigint[]) f (writer)
         left join (${writersOfTable(tablesIn(schema), '= to_regclass($2)::oid')}) o on o.writer = f.writer
       group by f.writer) owned
     group by run, entity order by run, entity`,
    [writers, qualified(table)],
  );
  return rows.map(({ run, entity, writers: of }) => ({
    owner: run === null || entity === null ? null : { runId: run, entity },
    writers: of,
  }));
}

/** Runs that have overwritten rows of this one in the tables, or rows of such runs; the latest first. */
export async function overwritersOf(
  session: Session,
  schema: string,
  { runId, oids }: { readonly runId: string; readonly oids: readonly number[] },
): Promise<string[]> {
  const s = ident(schema);
  const { rows } = await session.query<{ id: string }>(
    `with recursive wrote as (${writersOfTable(tablesIn(schema), '= any ($2::oid[])')}),
     overwrote as materialized (
       select distinct o.run as later, w.run as earlier from ${s}.replaced o
         join ${s}.entity_table e on e.run = o.run and e.entity = o.entity and e.table_oid = any ($2::oid[])
         join wrote w on w.writer = o.writer where w.run <> o.run),
     found as (select $1::text as run union select o.later from overwrote o join found f on o.earlier = f.run)
     select r.id from ${s}.run r join found f on f.run = r.id where r.id <> $1 order by r.nth desc`,
    [runId, oids],
  );
  return rows.map(({ id }) => id);
}
