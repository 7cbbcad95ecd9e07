import { ident, qualified } from '../sql';
import type { Resetting, Subject } from './subjects';

/** From this version on a trigger of a partition is a trigger of its own, and switched by itself. */
const VERSION_15 = 150_000;

/** Those of the tables and their partitions that fire in an ordinary session (`O`) or in any (`A`), on INSERT or DELETE. */
const TRIGGERS = `
  with tree as (select unnest($1::oid[]) as oid union select t.relid from unnest($1::oid[]) m, pg_partition_tree(m) t)
  select n.nspname::text as schema_name, c.relname::text as table_name, t.tgname::text as name, t.tgenabled::text as enabled,
    current_setting('server_version_num')::int >= ${VERSION_15} as by_itself
  from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
  where t.tgrelid in (select oid from tree) and not t.tgisinternal and t.tgenabled in ('O', 'A') and (t.tgtype & $2) <> 0
  order by 1, 2, 3`;
const ON_DELETE = 8;
const ON_INSERT_OR_DELETE = 12;

interface Row {
  readonly schema_name: string;
  readonly table_name: string;
  readonly name: string;
  readonly enabled: 'O' | 'A';
  readonly by_itself: boolean;
}

/** Runs `work` while no trigger of the tables fires; each has its own state again afterwards. A failure is for the transaction to undo. */
export async function withStillTriggers(
  { session }: Resetting,
  subjects: readonly Subject[],
  work: () => Promise<void>,
): Promise<void> {
  const events = subjects.some(({ putBack }) => putBack > 0) ? ON_INSERT_OR_DELETE : ON_DELETE;
  const { rows } = await session.query<Row>(TRIGGERS, [subjects.map(({ oid }) => oid), events]);
  for (const row of rows) await session.query(`${alter(row)} disable trigger ${ident(row.name)}`);
  await work();
  for (const row of rows) {
    await session.query(`${alter(row)} enable ${row.enabled === 'A' ? 'always ' : ''}trigger ${ident(row.name)}`);
  }
}

function alter({ schema_name: schema, table_name: name, by_itself: byItself }: Row): string {
  return `alter table ${byItself ? 'only ' : ''}${qualified({ schema, name })}`;
}
