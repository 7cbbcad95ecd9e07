import { counted } from '../../core/counted';
import { MigrationError } from '../../core/errors';
import type { OrphanRule, TableName } from '../../core/ports/target';
import { rowsOf } from '../catalogue/rows-of';
import { onlyRow, type Session } from '../session/session';
import { columnList, equalities, ident, qualified } from '../session/sql';
import { columnNames, IS_ENFORCED } from '../catalogue/constraint-sql';

/** Orphans that are to be taken out of a table, or to be changed in it. */
interface Going {
  readonly runId: string;
  readonly rule: Pick<OrphanRule, 'entity'>;
  readonly child: TableName;
  /** SQL: the rows of the table. */
  readonly childRows: string;
  /** SQL with `$1` the run and `$2` the entity: the row `c` goes. */
  readonly orphans: string;
  /** Columns that are changed; the rows are taken out where absent. */
  readonly changing?: readonly string[];
}

interface Referring {
  readonly name: string;
  readonly table: TableName;
  readonly columns: readonly string[];
  readonly parentColumns: readonly string[];
  readonly readable: boolean;
  /** Of the table, and the name of this user: for the statement that makes it readable. */
  readonly owner: string;
  readonly role: string;
}

/** Keys in force that lead to the table, to a partition of it, or to what it is a partition of; those that partitions inherit go by their root. */
const REFERRING = `
  with family as (select to_regclass($1)::oid as oid union select relid from pg_partition_tree(to_regclass($1))
    union select relid from pg_partition_ancestors(to_regclass($1)))
  select c.conname::text as name, n.nspname::text as schema_name, t.relname::text as table_name,
    pg_get_userbyid(t.relowner)::text as owner, current_user::text as role,
    has_schema_privilege(n.oid, 'usage')
      and (select bool_and(has_column_privilege(t.oid, number, 'select')) from unnest(c.conkey) number) as readable,
    ${columnNames('own')} as columns,
    ${columnNames('parent')} as parent_columns
  from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_namespace n on n.oid = t.relnamespace
  where c.contype = 'f' and c.conparentid = 0 and c.confrelid in (select oid from family)
    and ${IS_ENFORCED} order by 2, 3, 1`;

/**
 * Throws LOAD_FAILED where other rows refer to orphans that go: a key in force would refuse that, or delete or clear those rows as well
 * (ON DELETE CASCADE, SET NULL), of which nothing would tell. The orphans are locked first, so that none comes to be referred to meanwhile.
 */
export async function refuseReferred(session: Session, going: Going): Promise<void> {
  const { changing } = going;
  const keys = (await referringKeys(session, going.child)).filter(
    ({ parentColumns }) => changing === undefined || parentColumns.some((name) => changing.includes(name)),
  );
  if (keys.length === 0 || (await lockedOrphans(session, going)) === 0) return;
  const found: string[] = [];
  for (const key of keys) {
    const name = `${qualified(key.table).replaceAll('"', '')} by ${key.name}`;
    if (!key.readable) throw unreadable(going, key, name);
    const rows = await referringRows(session, going, key);
    if (rows > 0) found.push(`${name} (${counted(rows, 'row')})`);
  }
  if (found.length > 0) throw referred(going, found);
}

async function referringKeys(session: Session, child: TableName): Promise<Referring[]> {
  interface Row extends Omit<Referring, 'table' | 'parentColumns'> {
    readonly schema_name: string;
    readonly table_name: string;
    readonly parent_columns: readonly string[];
  }
  const { rows } = await session.query<Row>(REFERRING, [qualified(child)]);
  return rows.map(({ schema_name: schema, table_name: name, parent_columns: parentColumns, ...key }) => ({
    ...key,
    table: { schema, name },
    parentColumns,
  }));
}

async function lockedOrphans(session: Session, { runId, rule, childRows, orphans }: Going): Promise<number> {
  const { rows } = await session.query<{ locked: string }>(
    `select count(*) as locked from (select 1 from ${childRows} c where ${orphans} for update of c) going`,
    [runId, rule.entity],
  );
  return Number(onlyRow(rows).locked);
}

async function referringRows(
  session: Session,
  { runId, rule, childRows, orphans }: Going,
  { table, columns, parentColumns }: Referring,
): Promise<number> {
  const pairs = parentColumns.map((name, nth) => [name, columns[nth] ?? ''] as const);
  const { rows } = await session.query<{ referring: string }>(
    `select count(*) as referring from ${await rowsOf(session, table)} n
     where exists (select from ${childRows} c where ${equalities('c', 'n', pairs)} and ${orphans})`,
    [runId, rule.entity],
  );
  return Number(onlyRow(rows).referring);
}

function referred({ child, rule: { entity } }: Going, found: readonly string[]): MigrationError {
  const message = `rows of others refer to rows of ${qualified(child)} that have no parent: ${found.join(', ')}`;
  return new MigrationError('LOAD_FAILED', message, {
    hint: 'These orphans stay as they are: moving or clearing them would delete, clear or block the rows that refer to them. Change the rows that refer to them, or add the missing parents, then run again with --resume.',
    facts: { entity, keys: found.join(', ') },
  });
}

function unreadable(
  { child, rule: { entity } }: Going,
  { table, columns, owner, role }: Referring,
  name: string,
): MigrationError {
  const message = `${qualified(child)} has rows without a parent, and this user cannot see whether rows of others refer to them: ${name}`;
  return new MigrationError('LOAD_FAILED', message, {
    hint: `Have ${owner} run: grant usage on schema ${ident(table.schema)} to ${ident(role)}; grant select (${columnList(columns)}) on ${qualified(table)} to ${ident(role)}; then run again with --resume.`,
    facts: { entity, keys: name },
  });
}
