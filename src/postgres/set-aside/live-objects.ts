import type { TableName } from '../../core/ports/target';
import { withQualifiedNames } from '../foreign-keys/live-keys';
import type { Session } from '../session';
import { ident, literal, qualified } from '../sql';
import type { LiveObject } from './aside-object';

/**
 * Those that fire in an ordinary session (`O`) or in any (`A`), and are not the server's own. Not only on INSERT (4): the load also
 * deletes orphans (8), and updates those that it clears and rows that it overwrites (16). What their triggers did could not be undone.
 */
const TRIGGERS = `
  select tgname::text as name, tgenabled::text as enabled from pg_trigger
  where tgrelid = to_regclass($1) and not tgisinternal and tgenabled in ('O', 'A') and (tgtype & 28) <> 0 order by tgname`;

/** The triggers that a load would fire. */
export async function readTriggers(session: Session, table: TableName): Promise<LiveObject[]> {
  const { rows } = await session.query<{ name: string; enabled: 'O' | 'A' }>(TRIGGERS, [qualified(table)]);
  return rows.map(({ name, enabled }) => {
    const [alter, trigger] = [`alter table ${qualified(table)}`, `trigger ${ident(name)}`];
    const enable = enabled === 'A' ? 'enable always' : 'enable';
    const statements = { removal: `${alter} disable ${trigger}`, restoration: `${alter} ${enable} ${trigger}` };
    return { kind: 'trigger', table, name, ...statements };
  });
}

/**
 * Indexes that enforce nothing. Those with an expression or a condition stay: it may refuse a row, which is then a reject. So does what a definition alone would not bring back as it was: a part of a partitioned index, the
 * replica identity, the order of CLUSTER, a tablespace or statistics target of its own, and one that is not valid or that others
 * depend on.
 */
const INDEXES = `
  select c.relname::text as name, pg_get_indexdef(c.oid) as definition, obj_description(c.oid, 'pg_class') as comment
  from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
  where i.indrelid = to_regclass($1) and t.relkind = 'r' and i.indexprs is null and i.indpred is null
    and not (i.indisunique or i.indisprimary or i.indisexclusion)
    and i.indisvalid and i.indisready and not (i.indisreplident or i.indisclustered) and c.reltablespace = 0
    and not exists (select from pg_constraint k where k.conindid = c.oid)
    and not exists (select from pg_inherits h where h.inhrelid = c.oid)
    and not exists (select from pg_depend d where d.refclassid = 'pg_class'::regclass and d.refobjid = c.oid)
    and not exists (select from pg_attribute a where a.attrelid = c.oid and coalesce(a.attstattarget, -1) >= 0)
  order by c.relname`;

/** The secondary indexes of a table, which are built faster over loaded rows than row by row. */
export async function readIndexes(session: Session, table: TableName): Promise<LiveObject[]> {
  interface Row {
    readonly name: string;
    readonly definition: string;
    readonly comment: string | null;
  }
  const { rows } = await withQualifiedNames(session, () => session.query<Row>(INDEXES, [qualified(table)]));
  return rows.map(({ name, definition, comment }) => {
    const index = qualified({ schema: table.schema, name });
    const remark = comment === null ? '' : `; comment on index ${index} is ${literal(comment)}`;
    return { kind: 'index', table, name, removal: `drop index ${index}`, restoration: `${definition}${remark}` };
  });
}
