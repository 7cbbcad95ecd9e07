import type { TableName } from '../../core/ports/target';
import type { Session } from '../session/session';
import { ident, qualified } from '../session/sql';

/**
 * SQL: a trigger that somebody has made, not the server for a constraint. Before PostgreSQL 15 the copies of it on partitions are called
 * internal, too.
 */
const IS_USERS_OWN = `(not tgisinternal or tgparentid <> 0 and tgconstraint = 0)`;

const INSERT_TRIGGERS = `
  select tgname::text as name from pg_trigger
  where tgrelid = to_regclass($1) and ${IS_USERS_OWN} and tgenabled in ('O', 'A') and (tgtype & 4) <> 0 order by tgname`;

/** Row by row it is the partitions' own copies of a trigger that fire, each with the owner and the state of its partition. */
const FIRED_BELOW = `k.kind = 'trigger' and (k.events & 1) <> 0 and c.relkind = 'p'`;

/**
 * Before PostgreSQL 15 a row-level trigger of a partitioned table is switched together with all of its copies, whatever states they have,
 * and ONLY does not keep it from that.
 */
const SWITCHED_WITH_COPIES = `(${FIRED_BELOW} and current_setting('server_version_num')::int < 150000)`;

/**
 * A statement-level trigger of a partition does not fire when the partitioned table is written to, and the rules of a partition are not
 * applied. `R` fires in place of `O` where the session plays the part of a replica.
 */
const TRIGGERS = `
  with tree as (select unnest($1::oid[]) as oid union select t.relid from unnest($1::oid[]) m, pg_partition_tree(m) t),
  known as (
    select 'trigger' as kind, oid, tgrelid as relid, tgname::text as name, tgenabled::text as enabled, tgtype::int as events
    from pg_trigger where ${IS_USERS_OWN} and ((tgtype & 1) <> 0 or tgrelid = any ($1::oid[]))
    union all
    select 'rule', oid, ev_class, rulename::text, ev_enabled::text, case ev_type when '2' then 16 when '3' then 4 when '4' then 8 else 0 end
    from pg_rewrite where ev_class = any ($1::oid[]))
  select n.nspname::text as schema_name, c.relname::text as table_name, k.kind, k.name, k.oid::text as oid, k.enabled,
    pg_has_role(c.relowner, 'usage') as owned
  from known k join pg_class c on c.oid = k.relid join pg_namespace n on n.oid = c.relnamespace
  where k.relid in (select oid from tree) and (k.events & $2) <> 0
    and (pg_has_role(c.relowner, 'usage') or not (${FIRED_BELOW})) and not ${SWITCHED_WITH_COPIES}
    and k.enabled in ('A', case current_setting('session_replication_role') when 'replica' then 'R' else 'O' end)
  order by 1, 2, 3 desc, 4`;

/** Bits of `pg_trigger.tgtype`. */
export const ON_INSERT = 4;
export const ON_DELETE = 8;
export const ON_UPDATE = 16;

/** A trigger or a rule of a table or a partition, with the statements that switch it off and back to the state it had. */
export interface TreeTrigger {
  readonly kind: 'trigger' | 'rule';
  readonly oid: string;
  readonly table: TableName;
  readonly name: string;
  /** Whether this user may switch it: it owns that very table, or acts for its owner. */
  readonly owned: boolean;
  readonly removal: string;
  readonly restoration: string;
}

interface Row {
  readonly schema_name: string;
  readonly table_name: string;
  readonly kind: TreeTrigger['kind'];
  readonly oid: string;
  readonly name: string;
  readonly enabled: EnabledState;
  readonly owned: boolean;
}

/** How it is enabled: in ordinary sessions, in all, or in those that play the part of a replica. */
export type EnabledState = 'O' | 'A' | 'R';

const ENABLE = { O: 'enable', A: 'enable always', R: 'enable replica' } as const;

interface Switched {
  readonly kind: TreeTrigger['kind'];
  readonly table: TableName;
  readonly name: string;
}

/** SQL that gives a trigger or a rule the state. */
function switchTo({ kind, table, name }: Switched, state: EnabledState): string {
  return `${altering(kind, table)} ${ENABLE[state]} ${kind} ${ident(name)}`;
}

/** The state that such a statement gives; null of one that is worded otherwise. */
export function stateGivenBy(statement: string, switched: Switched): EnabledState | null {
  return (['O', 'A', 'R'] as const).find((state) => switchTo(switched, state) === statement) ?? null;
}

function altering(kind: TreeTrigger['kind'], table: TableName): string {
  return `alter table ${kind === 'trigger' ? 'only ' : ''}${qualified(table)}`;
}

/**
 * Those that fire in this session on one of the events, and are not the server's own. Constraint triggers that somebody has made are among them;
 * those of foreign keys and deferred keys change no row.
 */
export async function readTreeTriggers(
  session: Session,
  oids: readonly number[],
  events: number,
): Promise<TreeTrigger[]> {
  const { rows } = await session.query<Row>(TRIGGERS, [oids, events]);
  return rows.map(({ schema_name: schema, table_name: tableName, kind, oid, name, enabled, owned }) => {
    const table = { schema, name: tableName };
    return {
      kind,
      oid,
      table,
      name,
      owned,
      removal: `${altering(kind, table)} disable ${kind} ${ident(name)}`,
      restoration: switchTo({ kind, table, name }, enabled),
    };
  });
}

/** Names of the enabled triggers on INSERT that are not the server's own. */
export async function insertTriggers(session: Session, table: TableName): Promise<string[]> {
  const { rows } = await session.query<{ name: string }>(INSERT_TRIGGERS, [qualified(table)]);
  return rows.map(({ name }) => name);
}
