import type { TableName } from '../../core/ports/target';
import { withQualifiedNames } from '../session/qualified-names';
import type { Session } from '../session/session';
import { qualified } from '../session/sql';
import { IS_ENFORCED } from './constraint-sql';

/** A CHECK constraint that the server enforces, and the columns that it speaks of. */
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
  from pg_constraint c where c.conrelid = to_regclass($1) and c.contype = 'c'
    and ${IS_ENFORCED} order by c.conname`;

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

/** In place of the name of an index that the server does not name. */
export const ANY_INDEX = '*';

/** Which columns what the server names is of. */
export interface NamedColumns {
  /** By name of a constraint or plain unique index; those of a domain's constraint are of that domain. None with expressions. */
  readonly ofConstraint: ReadonlyMap<string, readonly string[]>;
  /** By name of any index of the table or its partitions: those that it is made of, in keys, expressions and condition. */
  readonly ofIndex: ReadonlyMap<string, readonly string[]>;
}

const INDEXED = `
  select c.relname::text as name, array(
    select distinct a.attname::text from pg_attribute a where a.attrelid = i.indrelid and (a.attnum = any(i.indkey)
      or exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = i.indexrelid
        and d.refclassid = 'pg_class'::regclass and d.refobjid = a.attrelid and d.refobjsubid = a.attnum))) as columns
  from pg_index i join pg_class c on c.oid = i.indexrelid
  where i.indrelid in (select to_regclass($1) union select relid from pg_partition_tree(to_regclass($1)))`;

export async function readNamedColumns(session: Session, table: TableName): Promise<NamedColumns> {
  interface Named {
    readonly name: string;
    readonly columns: string[];
  }
  const constraints = await session.query<Named>(NAMED, [qualified(table)]);
  const indexes = await session.query<Named>(INDEXED, [qualified(table)]);
  const uniques = await readUniques(session, table);
  const byName = (named: readonly (Named | UniqueIndex)[]): ReadonlyMap<string, readonly string[]> =>
    new Map(named.map(({ name, columns }) => [name, columns]));
  return {
    ofConstraint: byName([...uniques, ...constraints.rows]),
    ofIndex: byName([...indexes.rows, { name: ANY_INDEX, columns: indexes.rows.flatMap(({ columns }) => columns) }]),
  };
}
