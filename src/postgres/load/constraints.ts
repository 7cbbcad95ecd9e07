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

/** A unique index; `plain` when equal columns are all it forbids: no expression, no predicate, no exclusion operator. */
export interface UniqueIndex {
  readonly columns: readonly string[];
  readonly plain: boolean;
  /** Checked with each row; `on conflict` cannot deal with a deferrable one. */
  readonly immediate: boolean;
}

const CHECKS = `
  select c.conname::text as name, pg_get_expr(c.conbin, c.conrelid) as expression,
    array(select a.attname::text from pg_attribute a where a.attrelid = c.conrelid and a.attnum = any(c.conkey)) as columns
  from pg_constraint c where c.conrelid = to_regclass($1) and c.contype = 'c' order by c.conname`;

const UNIQUES = `
  select array(select a.attname::text from unnest(i.indkey[0:i.indnkeyatts - 1]) with ordinality k(number, nth)
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number order by k.nth) as columns,
    i.indisunique and i.indexprs is null and i.indpred is null as plain, i.indimmediate as immediate
  from pg_index i where i.indrelid = to_regclass($1) and (i.indisunique or i.indisexclusion)
  order by i.indisprimary desc, i.indexrelid`;

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
