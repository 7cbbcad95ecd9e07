import type { Client } from 'pg';

/** What of a database must be as it was: each a query over the schemas that are not the server's or the ledger's. */
const CATALOGUE = {
  constraints: `select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(c.oid), convalidated, condeferrable,
      condeferred, obj_description(c.oid, 'pg_constraint')
    from pg_constraint c join s on s.oid = connamespace where contype <> 'n' order by 1`,
  indexes: `select pg_get_indexdef(i.indexrelid), indisvalid, indisclustered, obj_description(i.indexrelid, 'pg_class')
    from pg_index i join pg_class c on c.oid = i.indexrelid join s on s.oid = c.relnamespace order by 1`,
  triggers: `select tgrelid::regclass || ' ' || tgname, tgenabled::text, pg_get_triggerdef(t.oid)
    from pg_trigger t join pg_class c on c.oid = tgrelid join s on s.oid = c.relnamespace where not tgisinternal order by 1`,
  relations: `select c.oid::regclass::text, c.oid::text, relkind::text, relacl::text, obj_description(c.oid, 'pg_class'), relispartition
    from pg_class c join s on s.oid = c.relnamespace where relkind in ('r', 'p', 'S', 'v') order by 1`,
  schemas: `select nspname::text from pg_namespace where nspname !~ '^pg_toast|^pg_temp' order by 1`,
};

/** The catalogue, the standing of every sequence and the rows of every table, to be compared as a whole. */
export async function targetFingerprint(client: Client, ledger = 'cutover'): Promise<Record<string, unknown>> {
  const {
    rows: [path],
  } = await client.query<{ path: string }>(`select current_setting('search_path') as path`);
  await client.query(`set search_path = ''`);
  const found: Record<string, unknown> = {};
  for (const [name, sql] of Object.entries(CATALOGUE)) {
    const { rows } = await client.query({
      text: `with s as (select oid from pg_namespace where nspname not in ('pg_catalog', 'information_schema', 'pg_toast', $1)) ${sql}`,
      values: [ledger],
      rowMode: 'array',
    });
    found[name] = name === 'schemas' ? rows.filter(([schema]) => schema !== ledger) : rows;
  }
  for (const [relation, , kind] of found['relations'] as string[][]) {
    if (relation === undefined || kind === 'v') continue;
    const sql =
      kind === 'S'
        ? `select last_value, is_called from ${relation}`
        : `select count(*), md5(string_agg(t::text, '|' order by t::text collate "C")) from ${relation} t`;
    found[relation] = (await client.query({ text: sql, rowMode: 'array' })).rows;
  }
  await client.query(`select set_config('search_path', $1, false)`, [path?.path]);
  return found;
}
