import type { NamedRelation } from '../../core/ports/named-relation';
import type { Place } from '../session/place';
import { onlyRow } from '../session/session';

/** By pg_class.relkind; others have no names that a statement could mean. */
const KINDS: Readonly<Record<string, NamedRelation['kind']>> = {
  r: 'table',
  p: 'partitioned table',
  f: 'foreign table',
  v: 'view',
  m: 'materialized view',
  S: 'sequence',
  i: 'index',
  I: 'index',
  c: 'type',
};

/**
 * Schemas that the user has USAGE on, those of the search_path, and `public`; without temporary tables, the ledger and copies of rehearsals, and
 * without the server's own but where the search_path leads there.
 */
const NAMED = `
  with named as (
    select n.nspname::text as schema, c.relname::text as name, c.relkind::text as kind, c.relispartition as partition,
      array_position(current_schemas(true), n.nspname) as place, has_schema_privilege(n.oid, 'usage') as usable
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where lower(c.relname) in (select lower(wanted) from unnest($1::text[]) wanted)
      and n.nspname !~ '^pg_(temp|toast)' and n.nspname <> $2 and n.nspname !~ '^cutover_rehearsal_')
  select schema, name, kind, partition, place from named
  where place is not null or schema = 'public' or (usable and schema !~ '^pg_' and schema <> 'information_schema')
  order by place nulls last, schema, name`;

interface Row {
  readonly schema: string;
  readonly name: string;
  readonly kind: string;
  readonly partition: boolean;
  readonly place: number | null;
}

/** What has one of the names, in upper or lower case; the first on the session's search_path first. */
export async function namedRelations(place: Place, names: readonly string[]): Promise<readonly NamedRelation[]> {
  if (names.length === 0) return [];
  const { rows } = await place.sessions.use((session) => session.query<Row>(NAMED, [names, place.ledgerSchema]));
  return rows.flatMap(({ schema, name, kind, partition, place: at }): NamedRelation[] => {
    const known = partition && kind !== 'i' && kind !== 'I' ? 'partition' : KINDS[kind];
    return known === undefined ? [] : [{ table: { schema, name }, kind: known, place: at }];
  });
}

/** Where a table that no schema of the search_path has would be looked for first, and made. */
export async function currentSchema(place: Place): Promise<string> {
  const { rows } = await place.sessions.use((session) =>
    session.query<{ schema: string }>(`select coalesce(current_schema(), 'pg_catalog')::text as schema`),
  );
  return onlyRow(rows).schema;
}
