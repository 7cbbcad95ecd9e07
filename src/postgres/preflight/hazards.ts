import { visibleSql } from '../../core/words/visible-sql';
import { nameOf } from '../objects/firing';
import { SUPERUSER } from '../../core/run/cures';
import { NO_HAZARDS, type RowSecurity, type TableHazards } from '../../core/run/hazards';
import type { TableName } from '../../core/ports/target';
import type { Place } from '../session/place';
import { lackingRights, mayUseSchema } from './rights';
import { readWithoutReplicaIdentity } from './replica-identity';
import type { Session } from '../session/session';
import { readTriggers } from '../objects/live-objects';
import { ident, qualified } from '../session/sql';

/** The table, its partitions, and the sequences that number its columns, owned or not. */
const PARTS = `
  with tree as (select to_regclass($1)::oid as oid union select relid::oid from pg_partition_tree(to_regclass($1))),
  fed as (
    select d.objid as oid from pg_depend d where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass
      and d.refobjid in (select oid from tree) and d.deptype in ('a', 'i')
    union
    select p.refobjid from pg_attrdef a join pg_depend p on p.classid = 'pg_attrdef'::regclass and p.objid = a.oid
      and p.refclassid = 'pg_class'::regclass where a.adrelid in (select oid from tree))
  select n.nspname::text as schema, c.relname::text as name, c.relkind::text as kind, c.relpersistence::text as persistence,
    c.oid in (select oid from tree) and row_security_active(c.oid) as secured, c.relforcerowsecurity as forced,
    pg_get_userbyid(c.relowner)::text as owner, pg_has_role(c.relowner, 'usage') as owned, current_user::text as role
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.oid in (select oid from tree) or (c.relkind = 'S' and c.oid in (select oid from fed))
  order by c.relkind = 'S', c.relname`;

interface Part {
  readonly schema: string;
  readonly name: string;
  readonly kind: string;
  readonly persistence: string;
  readonly secured: boolean;
  /** Row-level security holds for the owner as well. */
  readonly forced: boolean;
  readonly owner: string;
  readonly owned: boolean;
  readonly role: string;
}

const ELSEWHERE: Readonly<Record<string, string>> = { v: 'view', m: 'materialized view', f: 'foreign table' };

/** What endangers rows that this user writes to a table; nothing where there is no table. */
export function readHazards(place: Place, known: TableName): Promise<TableHazards> {
  const table = place.actual(known);
  return place.sessions.use(async (session) => {
    const lacking = await lackingRights(session, place, table);
    const hazards = (await mayUseSchema(session, table.schema)) ? await hazardsOf(session, table) : NO_HAZARDS;
    return { ...hazards, lacking };
  });
}

async function hazardsOf(session: Session, table: TableName): Promise<Omit<TableHazards, 'lacking'>> {
  const { rows } = await session.query<Part>(PARTS, [qualified(table)]);
  if (rows.length === 0) return NO_HAZARDS;
  const triggers = (await readTriggers(session, table)).filter(({ owned }) => !owned);
  // Of a partitioned table only the partitions have rows.
  const unlogged = rows.filter((part) => part.persistence === 'u' && part.kind !== 'p');
  return {
    firing: triggers.map(nameOf),
    unlogged: unlogged.map(partText),
    logging: unlogged.map((part) => visibleSql(`alter ${kindOf(part)} ${qualified(part)} set logged`)),
    temporary: rows.some(({ kind, persistence }) => kind !== 'S' && persistence === 't'),
    elsewhere: rows.flatMap(({ kind, name }) => (ELSEWHERE[kind] === undefined ? [] : [`${ELSEWHERE[kind]} ${name}`])),
    rowSecurity: rowSecurityOf(rows),
    withoutReplicaIdentity: await readWithoutReplicaIdentity(session, table),
  };
}

/** An owner is free of it by a statement of its own, anybody else as a role that is free of all row-level security. */
function rowSecurityOf(parts: readonly Part[]): RowSecurity | null {
  const secured = parts.filter((part) => part.secured);
  const [first] = secured;
  if (first === undefined) return null;
  if (secured.every(({ owned }) => owned)) {
    const unforced = (part: Part): string => `alter table ${qualified(part)} no force row level security`;
    return { exempt: null, cures: secured.map((part) => ({ by: part.owner, statement: unforced(part) })) };
  }
  const isOfOne = secured.every(({ owner, forced }) => owner === first.owner && !forced);
  const statement = `alter role ${ident(first.role)} bypassrls`;
  return { exempt: isOfOne ? first.owner : null, cures: [{ by: SUPERUSER, statement }] };
}

function partText(part: Part): string {
  return `${kindOf(part)} ${part.name}`;
}

function kindOf({ kind }: Part): 'sequence' | 'table' {
  return kind === 'S' ? 'sequence' : 'table';
}
