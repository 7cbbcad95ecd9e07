import { visibleSql } from '../../core/words/visible-sql';
import type { TableName } from '../../core/ports/target';
import type { Session } from '../session/session';

/** What has the name of an object that is not there, and so keeps it from being made. */
export interface Holder {
  /** As `check constraint k of t`. */
  readonly is: string;
  /** SQL that renames it; null where it is inherited, and can be renamed only where it comes from. */
  readonly renaming: string | null;
}

/** SQL: a name that no relation beside the table `t.own`, and no constraint of it, has. */
const FREE_NAME = `(select f.name from generate_series(0, 1000) s(i)
    cross join lateral (select case when octet_length(j.object) <= 40 then j.object else left(j.object, 10) end || '_' || j.seq
      || case s.i when 0 then '' else '_' || s.i end as name) f
  where not exists (select from pg_class r where r.relnamespace = o.relnamespace and r.relname = f.name)
    and not exists (select from pg_constraint k where k.conrelid = o.oid and k.conname = f.name)
  order by s.i limit 1)`;

/** What has the name among the constraints of the table. */
const CONSTRAINT = `(select json_build_object('is', case c.contype when 'c' then 'check' when 'u' then 'unique' when 'p' then 'primary key' when 'x' then 'exclusion'
      when 'n' then 'not-null' when 'f' then 'foreign key' else 'trigger' end || ' constraint ' || c.conname || ' of ' || o.relname,
    'renaming', case when c.coninhcount = 0 then format('alter table %I.%I rename constraint %I to %I;', j.schema_name, j.table_name, c.conname, ${FREE_NAME}) end)
  from pg_constraint c join pg_class o on o.oid = c.conrelid
  where c.conrelid = t.own and c.conname = j.object and (j.kind <> 'foreign-key' or c.contype <> 'f'))`;

/** What has the name among the relations of the schema. */
const RELATION = `(select json_build_object('is', w.word || ' ' || r.relname || coalesce(' of ' || h.relname, ''),
    'renaming', format('alter %s %I.%I rename to %I;', w.word, j.schema_name, r.relname, ${FREE_NAME}))
  from pg_class r join pg_class o on o.oid = t.own left join pg_index i on i.indexrelid = r.oid left join pg_class h on h.oid = i.indrelid
    cross join lateral (select case r.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'i' then 'index' when 'I' then 'index'
      when 'S' then 'sequence' when 'f' then 'foreign table' when 'c' then 'type' else 'table' end as word) w
  where r.oid = to_regclass(format('%I.%I', j.schema_name, j.object)))`;

/** By kind, SQL over a journal row `j` of the table `t.own`: what has the name that its object would need; null for nothing. */
export const HOLDER = `case
  when j.kind = 'index' then ${RELATION}
  when j.kind in ('foreign-key', 'constraint') or j.details ->> 'definition' like 'CREATE CONSTRAINT TRIGGER %' then ${CONSTRAINT} end`;

interface Named {
  /** Of a constraint: whatever of the table has its name, a foreign key too. */
  readonly kind: 'constraint' | 'index';
  readonly table: TableName;
  readonly name: string;
  readonly seq: string;
}

/** What has the name of an object of the journal now; null for nothing. */
export async function holderOf(session: Session, { kind, table, name, seq }: Named): Promise<Holder | null> {
  const { rows } = await session.query<{ holder: Holder | null }>(
    `select ${HOLDER} as holder from (select $1::text as kind, $2::text as schema_name, $3::text as table_name, $4::text as object, $5::text as seq, '{}'::jsonb as details) j
       cross join lateral (select to_regclass(format('%I.%I', j.schema_name, j.table_name)) as own) t`,
    [kind, table.schema, table.name, name, seq],
  );
  return rows[0]?.holder ?? null;
}

/** What to do about it, before what needs the name is tried again. */
export function freeing({ is, renaming }: Holder): string {
  if (renaming === null)
    return `${is} has the name, and is inherited: rename or drop it on the table that it comes from.`;
  return `${is} has the name. Drop it if nobody needs it, or rename it: ${visibleSql(renaming)}`;
}
