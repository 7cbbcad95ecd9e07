import type { PublishedTable } from '../../core/run/hazards';
import type { TableName } from '../../core/ports/target';
import type { Session } from '../session/session';
import { sqlStateOf } from '../session/sqlstate';
import { ident, qualified } from '../session/sql';

interface Leaf extends TableName {
  readonly owner: string;
  readonly column: string;
  readonly publications: string[];
  /** One of them lists the columns that it publishes. */
  readonly listed: boolean;
}

/**
 * The tables that hold the rows and that publications of updates or deletes cover: by name, with their schema or with all tables, a
 * partition also through what it is a partition of. The server demands a replica identity whatever wal_level is.
 */
const LEAVES = `
  with leaf as (
    select c.oid, n.nspname::text as schema, c.relname::text as name, pg_get_userbyid(c.relowner)::text as owner
    from (select to_regclass($1)::oid as oid union select relid::oid from pg_partition_tree(to_regclass($1))) t
      join pg_class c on c.oid = t.oid and c.relkind = 'r' and c.relpersistence = 'p' join pg_namespace n on n.oid = c.relnamespace),
  covered as (
    select l.oid, p.pubname::text as publication, coalesce(to_jsonb(r) -> 'prattrs' <> 'null', false) as listed
    from leaf l cross join lateral (select l.oid union select relid::oid from pg_partition_ancestors(l.oid::regclass)) a(oid)
      join pg_class k on k.oid = a.oid join pg_namespace n on n.oid = k.relnamespace
      join pg_publication_tables t on (t.schemaname, t.tablename) = (n.nspname, k.relname)
      join pg_publication p on p.pubname = t.pubname and (p.pubupdate or p.pubdelete)
      left join pg_publication_rel r on r.prpubid = p.oid and r.prrelid = k.oid)
  select l.schema, l.name, l.owner, array_agg(distinct c.publication) as publications, bool_or(c.listed) as listed,
    (select a.attname::text from pg_attribute a where a.attrelid = l.oid and a.attnum > 0 and not a.attisdropped order by a.attnum limit 1) as column
  from leaf l join covered c on c.oid = l.oid group by l.oid, l.schema, l.name, l.owner order by 1, 2`;

/** Those of a table and its partitions whose rows the server would refuse to update or delete. */
export async function readWithoutReplicaIdentity(session: Session, table: TableName): Promise<PublishedTable[]> {
  const { rows } = await session.query<Leaf>(LEAVES, [qualified(table)]);
  const found: PublishedTable[] = [];
  for (const leaf of rows) {
    const refused = await refusedOn(session, leaf);
    if (refused.length === 0) continue;
    const { name, owner: by, publications, listed } = leaf;
    // A column list forbids FULL.
    const cure = listed ? null : { by, statement: `alter table ${qualified(leaf)} replica identity full` };
    found.push({ table: name, refused, publications, cure });
  }
  return found;
}

/** `object_not_in_prerequisite_state` without an identity, `invalid_column_reference` where a filter or a list names more than it has. */
const REFUSALS = ['55000', '42P10'];

/** The server's own verdict: planning a statement changes no row, but is refused as the statement would be. */
async function refusedOn(session: Session, { column, ...table }: Leaf): Promise<PublishedTable['refused']> {
  const statements = [
    ['UPDATE', `update only ${qualified(table)} set ${ident(column)} = default`],
    ['DELETE', `delete from only ${qualified(table)}`],
  ] as const;
  const refused: PublishedTable['refused'][number][] = [];
  for (const [operation, statement] of statements) {
    try {
      await session.query(`explain ${statement}`);
    } catch (error) {
      // A right that is lacking is said by another check.
      const state = sqlStateOf(error);
      if (state === null) throw error;
      if (REFUSALS.includes(state)) refused.push(operation);
    }
  }
  return refused;
}
