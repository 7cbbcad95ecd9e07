import type { TableName } from '../../core/ports/target';
import { readColumns } from '../catalogue/columns';
import { encodersOf } from '../catalogue/encoders';
import type { Session } from '../session/session';
import { qualified } from '../session/sql';

/** A column of a real table, as the probe sees it. */
export interface ProbedColumn {
  readonly name: string;
  /** Only the server can tell whether a value is good: keys, checks, generated columns, domains, types without an encoder. */
  readonly judged: boolean;
  /** The server can fill it, and nothing outside the table is touched by that. */
  readonly fillable: boolean;
}

/**
 * A default that draws from a sequence or calls a user's function has effects outside the table. What an index or a generated column
 * is computed from stands among its dependencies.
 */
const COLUMNS = `
  select a.attname::text as name,
    t.typtype = 'd' or a.attgenerated <> ''
      or exists (select from pg_constraint c where c.conrelid = a.attrelid and c.contype = 'c' and a.attnum = any(c.conkey))
      or exists (
        select from pg_index i where i.indrelid = a.attrelid
          and (i.indisunique or i.indisexclusion or i.indexprs is not null or i.indpred is not null)
          and (a.attnum = any(i.indkey) or exists (
            select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = i.indexrelid
              and d.refclassid = 'pg_class'::regclass and d.refobjid = a.attrelid and d.refobjsubid = a.attnum)))
      or exists (
        select from pg_attrdef f join pg_depend d on d.classid = 'pg_attrdef'::regclass and d.objid = f.oid
        where f.adrelid = a.attrelid and f.adnum <> a.attnum
          and d.refclassid = 'pg_class'::regclass and d.refobjid = a.attrelid and d.refobjsubid = a.attnum) as judged,
    a.attidentity = '' and (not a.attnotnull or own.oid is not null) and not coalesce(
      pg_get_expr(own.adbin, own.adrelid) ~ 'nextval' or exists (
        select from pg_depend d where d.classid = 'pg_attrdef'::regclass and d.objid = own.oid
          and d.refclassid in ('pg_proc'::regclass, 'pg_class'::regclass)
          and not (d.refobjid = a.attrelid)), false) as fillable
  from pg_attribute a join pg_type t on t.oid = a.atttypid
    left join pg_attrdef own on own.adrelid = a.attrelid and own.adnum = a.attnum
  where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped order by a.attnum`;

export async function readProbedColumns(session: Session, table: TableName): Promise<ProbedColumn[]> {
  const { rows } = await session.query<ProbedColumn>(COLUMNS, [qualified(table)]);
  const doubtful = new Set((await readColumns(session, table)).filter(isDoubtful).map(({ name }) => name));
  return rows.map((row) => ({ ...row, judged: row.judged || doubtful.has(row.name) }));
}

function isDoubtful(column: Awaited<ReturnType<typeof readColumns>>[number]): boolean {
  const { asText, staged } = encodersOf(column);
  return asText !== null || staged;
}
