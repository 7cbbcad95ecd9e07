import type { TableName } from '../../core/ports/target';
import { withQualifiedNames } from '../foreign-keys/live-keys';
import type { Session } from '../session';
import { qualified } from '../sql';

/** A CHECK constraint and the columns that it speaks of. */
export interface CheckConstraint {
  readonly name: string;
  /** SQL over bare column names. */
  readonly expression: string;
  readonly columns: readonly string[];
}

/** A unique index whose equal columns are all it forbids: no expression, no predicate, no operator of exclusion, nulls never equal. */
export interface UniqueIndex {
  readonly name: string;
  readonly primary: boolean;
  readonly columns: readonly string[];
}

const CHECKS = `
  select c.conname::text as name, pg_get_expr(c.conbin, c.conrelid) as expression,
    array(select a.attname::text from pg_attribute a where a.attrelid = c.conrelid and a.attnum = any(c.conkey)) as columns
  from pg_constraint c where c.conrelid = to_regclass($1) and c.contype = 'c' order by c.conname`;

// By way of JSON, for servers whose indexes know no NULLS NOT DISTINCT.
const UNIQUES = `
  select c.relname::text as name, i.indisprimary as primary, array(
    select a.attname::text from unnest(i.indkey[0:i.indnkeyatts - 1]) with ordinality k(number, nth)
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number order by k.nth) as columns
  from pg_index i join pg_class c on c.oid = i.indexrelid
  where i.indrelid = to_regclass($1) and i.indisunique and i.indisvalid and i.indexprs is null and i.indpred is null
    and not coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false)
  order by i.indisprimary desc, i.indexrelid`;

const NAMED = `
  select c.conname::text as name, array(
    select a.attname::text from pg_attribute a where a.attrelid = c.conrelid and a.attnum = any(c.conkey)) as columns
  from pg_constraint c where c.conrelid = to_regclass($1) and not 0 = any(c.conkey)
  union all
  select c.conname::text, array_agg(distinct a.attname::text) from pg_attribute a
    cross join lateral (
      with recursive chain as (
        select oid, typbasetype from pg_type where oid = a.atttypid
        union all select b.oid, b.typbasetype from pg_type b join chain on b.oid = chain.typbasetype)
      select oid from chain) beneath
    join pg_constraint c on c.contypid = beneath.oid
  where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped group by c.conname`;

export async function readChecks(session: Session, table: TableName): Promise<CheckConstraint[]> {
  return withQualifiedNames(session, async () => {
    const { rows } = await session.query<CheckConstraint>(CHECKS, [qualified(table)]);
    return rows;
  });
}

/** The primary key first. */
export async function readUniques(session: Session, table: TableName): Promise<UniqueIndex[]> {
  const { rows } = await session.query<UniqueIndex>(UNIQUES, [qualified(table)]);
  return rows;
}

/** By name of a constraint or plain unique index: its columns; those of a domain's constraint are of that domain. None with expressions. */
export async function readConstraintColumns(
  session: Session,
  table: TableName,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await session.query<{ name: string; columns: string[] }>(NAMED, [qualified(table)]);
  const uniques = await readUniques(session, table);
  return new Map([...uniques, ...rows].map(({ name, columns }) => [name, columns]));
}
