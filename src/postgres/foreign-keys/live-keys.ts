import type { TableName, TargetForeignKey } from '../../core/ports/target';
import type { Session } from '../session';
import { equalities, ident, qualified } from '../sql';

/** A foreign key as the catalogue has it, with the names of the tables it really joins. */
export interface LiveForeignKey extends TargetForeignKey {
  /** As `pg_get_constraintdef` writes it, all names qualified. */
  readonly definition: string;
  readonly validated: boolean;
  readonly comment: string | null;
}

const FOREIGN_KEYS = `
  select c.conname::text as name, pg_get_constraintdef(c.oid) as definition, c.convalidated as validated,
    obj_description(c.oid, 'pg_constraint') as comment,
    n.nspname::text as parent_schema, p.relname::text as parent_name,
    array(select a.attname::text from unnest(c.conkey) with ordinality k(number, nth)
      join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.number order by k.nth) as columns,
    array(select a.attname::text from unnest(c.confkey) with ordinality k(number, nth)
      join pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.number order by k.nth) as parent_columns
  from pg_constraint c join pg_class p on p.oid = c.confrelid join pg_namespace n on n.oid = p.relnamespace
  where c.conrelid = to_regclass($1) and c.contype = 'f' and c.conparentid = 0
  order by c.conname`;

/** The foreign keys of a table, by name. */
export async function readForeignKeys(session: Session, table: TableName): Promise<LiveForeignKey[]> {
  interface Row {
    readonly name: string;
    readonly definition: string;
    readonly validated: boolean;
    readonly comment: string | null;
    readonly parent_schema: string;
    readonly parent_name: string;
    readonly columns: string[];
    readonly parent_columns: string[];
  }
  const rows = await withQualifiedNames(session, async () => {
    const found = await session.query<Row>(FOREIGN_KEYS, [qualified(table)]);
    return found.rows;
  });
  return rows.map(({ parent_schema: schema, parent_name: name, parent_columns: parentColumns, ...key }) => ({
    ...key,
    parent: { schema, name },
    parentColumns,
  }));
}

/** Runs `work` with nothing on the search path, so that the catalogue's functions qualify every name they print. */
export async function withQualifiedNames<T>(session: Session, work: () => Promise<T>): Promise<T> {
  const { rows } = await session.query<{ path: string }>(`select current_setting('search_path') as path`);
  await session.query(`select set_config('search_path', 'pg_catalog', false)`);
  try {
    return await work();
  } finally {
    // In a failed transaction this fails as well; its rollback then restores the path.
    await session.query(`select set_config('search_path', $1, false)`, [rows[0]?.path]).catch(() => undefined);
  }
}

/** The rows that a reference may lead to: those of the parent, and in a rehearsal those of the real table as well. */
export interface Reference extends Omit<TargetForeignKey, 'name'> {
  readonly beside: TableName | null;
}

/** SQL: the row `c` has all columns of the key (MATCH SIMPLE), and no parent. */
export function orphanCondition({ columns, parent, parentColumns, beside }: Reference): string {
  const pairs = columns.map((column, index) => [parentColumns[index] ?? '', column] as const);
  const filled = columns.map((column) => `c.${ident(column)} is not null`).join(' and ');
  const parents = beside === null ? [parent] : [parent, beside];
  const none = parents.map(
    (table) => `not exists (select from ${qualified(table)} p where ${equalities('p', 'c', pairs)})`,
  );
  return [filled, ...none].join(' and ');
}
