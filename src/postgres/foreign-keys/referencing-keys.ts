import { MigrationError } from '../../core/errors';
import { plainName } from '../../core/mapping/table-name';
import type { FollowingKey } from '../../core/run/hazards';
import type { TableName } from '../../core/ports/target';
import { withQualifiedNames } from '../session/qualified-names';
import type { Session } from '../session/session';
import { sqlStateOf } from '../session/sqlstate';
import { addKey, dropKey } from './key-statements';
import { columnNames, IS_ENFORCED } from '../catalogue/constraint-sql';
import { tableOid } from '../catalogue/table-oid';
import { FOREIGN_KEY_VIOLATION } from '../session/row-states';

/** A foreign key that refers to a table of the run, whoever's table it is on. */
export interface ReferencingKey {
  readonly name: string;
  readonly table: TableName;
  readonly parent: TableName;
  readonly columns: readonly string[];
  readonly parentColumns: readonly string[];
  readonly definition: string;
  readonly comment: string | null;
}

/** One that is there, and what this user may do with it. */
export interface LiveKey extends ReferencingKey {
  /** Of its table. */
  readonly owner: string;
  readonly owned: boolean;
  /** Of the table that it leads to. */
  readonly parentOwner: string;
  /** Name of this user. */
  readonly role: string;
  /** Whether this user may drop it and add it again. */
  readonly droppable: boolean;
  /** Whether this user may read its columns. */
  readonly readable: boolean;
  /** Whether the server acts by it: not by one that is NOT ENFORCED. */
  readonly enforced: boolean;
  readonly onUpdate: 'NO ACTION' | 'RESTRICT' | FollowingKey['action'];
  /** Whether its own table is one of those that lose or change rows, too. */
  readonly within: boolean;
}

/** A key on a partitioned table stands for those that its partitions have because of it. */
const KEYS = `
  with mine as (select unnest($1::oid[]) as oid),
  family as (select oid from mine
    union select t.relid from mine, pg_partition_tree(mine.oid) t
    union select a.relid from mine, pg_partition_ancestors(mine.oid) a)
  select c.conname::text as name, n.nspname::text as schema_name, t.relname::text as table_name,
    pn.nspname::text as parent_schema, p.relname::text as parent_name,
    pg_get_userbyid(t.relowner)::text as owner, pg_has_role(t.relowner, 'usage') as owned,
    pg_get_userbyid(p.relowner)::text as parent_owner, current_user::text as role,
    pg_has_role(t.relowner, 'usage') and has_schema_privilege(pn.oid, 'usage')
      and (select bool_and(has_column_privilege(p.oid, number, 'references')) from unnest(c.confkey) number) as droppable,
    has_schema_privilege(n.oid, 'usage')
      and (select bool_and(has_column_privilege(t.oid, number, 'select')) from unnest(c.conkey) number) as readable,
    ${IS_ENFORCED} as enforced, c.conrelid in (select oid from family) as within,
    case c.confupdtype when 'c' then 'CASCADE' when 'n' then 'SET NULL' when 'd' then 'SET DEFAULT' when 'r' then 'RESTRICT' else 'NO ACTION' end as on_update,
    pg_get_constraintdef(c.oid) as definition, obj_description(c.oid, 'pg_constraint') as comment,
    ${columnNames('own')} as columns,
    ${columnNames('parent')} as parent_columns
  from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_namespace n on n.oid = t.relnamespace
    join pg_class p on p.oid = c.confrelid join pg_namespace pn on pn.oid = p.relnamespace
  where c.contype = 'f' and c.conparentid = 0 and c.confrelid in (select oid from family)
  order by 2, 3, 1`;

/** The foreign keys to a table; none where it does not exist. */
export async function keysTo(session: Session, table: TableName): Promise<LiveKey[]> {
  const oid = await tableOid(session, table);
  return oid === null ? [] : referencingKeys(session, [oid]);
}

/** The foreign keys to tables that lose or change rows: to each, to its partitions, and to what it is a partition of. */
export async function referencingKeys(session: Session, oids: readonly number[]): Promise<LiveKey[]> {
  interface Row extends Omit<LiveKey, 'table' | 'parent' | 'parentColumns' | 'parentOwner' | 'onUpdate'> {
    readonly schema_name: string;
    readonly table_name: string;
    readonly parent_schema: string;
    readonly parent_name: string;
    readonly parent_columns: readonly string[];
    readonly parent_owner: string;
    readonly on_update: LiveKey['onUpdate'];
  }
  const { rows } = await withQualifiedNames(session, () => session.query<Row>(KEYS, [oids]));
  return rows.map((row) => {
    const { schema_name, table_name, parent_schema, parent_name, parent_columns, parent_owner, on_update, ...key } =
      row;
    return {
      ...key,
      table: { schema: schema_name, name: table_name },
      parent: { schema: parent_schema, name: parent_name },
      parentColumns: parent_columns,
      parentOwner: parent_owner,
      onUpdate: on_update,
    };
  });
}

/** Rows that refer by one key, for people: the table, the key, how many, and which. */
export interface FoundReference {
  readonly table: string;
  readonly text: string;
}

/** Takes the keys away: without them no row is looked up, cleared or deleted because another one goes. */
export async function dropKeys(session: Session, keys: readonly ReferencingKey[]): Promise<void> {
  for (const key of keys) await session.query(dropKey(key));
}

/** Puts the keys back as they were; the server checks the rows of those that were valid. */
export async function putKeysBack(
  { session, runId }: { readonly session: Session; readonly runId: string },
  keys: readonly ReferencingKey[],
): Promise<void> {
  for (const key of keys) {
    const { table, name } = key;
    try {
      await session.query(addKey(key, 'as-defined'));
    } catch (error) {
      if (sqlStateOf(error) !== FOREIGN_KEY_VIOLATION) throw error;
      throw rowsReferTo(runId, [{ table: plainName(table), text: `${plainName(table)} by ${name}` }]);
    }
  }
}

/** RESET_BLOCKED: rows that would stay refer to rows of the run. */
export function rowsReferTo(runId: string, found: readonly FoundReference[]): MigrationError {
  const list = found.map(({ text }) => text).join(', ');
  return new MigrationError('RESET_BLOCKED', `rows that would stay refer to rows of run ${runId}: ${list}`, {
    hint: "Reset the run or the entities that have loaded them first (--entity is repeatable), or remove those rows, then run it again. Rows of this run that somebody has changed are among them: a repair makes them the run's again (docs/ERRORS.md#reset_blocked).",
    facts: { runId, tables: [...new Set(found.map(({ table }) => table))].join(', ') },
  });
}
