import type { TableName } from '../../core/ports/target';
import { IS_ENFORCED } from '../catalogue/constraint-sql';
import { HOLDER, type Holder } from '../catalogue/name-holders';
import type { EnabledState } from '../catalogue/tree-triggers';
import type { ReadableLedger } from '../ledger/schema/readable';
import { withQualifiedNames } from '../session/qualified-names';
import type { Session } from '../session/session';

/** What stands in the target under the name of an object, by its kind. */
interface LiveKey {
  /** Without NOT VALID. */
  readonly definition: string;
  readonly validated: boolean;
  readonly enforced: boolean;
  /** Whether it is the part of a key of a partitioned table, with which alone it can be changed. */
  readonly isPart: boolean;
  /** Statements that enable those of its triggers that are off (`alter table … disable trigger all`); null for none. */
  readonly enabling: string | null;
}

interface LiveIndex {
  readonly definition: string;
  readonly valid: boolean;
  /** Whether it can be dropped, and nothing is lost with it but speed. */
  readonly isPlain: boolean;
}

interface LiveTrigger {
  readonly oid: string;
  readonly definition: string;
  readonly enabled: EnabledState | 'D';
  /** Whether it is the copy of a trigger of a partitioned table, with which alone it can be changed. */
  readonly isPart: boolean;
}

/** An object of a complete run that is back by the run's own notes, and what stands there now. */
interface Noted {
  readonly runId: string;
  readonly table: TableName;
  readonly name: string;
  readonly restoration: string;
  /** Whether a later run, or a later start, has noted it again: what it was before that does not matter any more. */
  readonly superseded: boolean;
  /** Whether what the definition names is there: tables, columns, the unique key, the function. */
  readonly grounded: boolean;
  /** What has the name that it would be made under. */
  readonly holder: Holder | null;
}

export interface NotedKey extends Noted {
  readonly kind: 'foreign-key';
  readonly details: { readonly comment?: string | null; readonly validated?: boolean };
  /** Rows break it: it came back NOT VALID. */
  readonly state: 'restored' | 'not-valid';
  readonly live: LiveKey | null;
}

export interface NotedIndex extends Noted {
  readonly kind: 'index';
  readonly live: LiveIndex | null;
}

export interface NotedTrigger extends Noted {
  readonly kind: 'trigger' | 'rule';
  /** Runs of earlier versions have noted no definition. */
  readonly details: { readonly definition?: string; readonly oid?: string };
  readonly live: LiveTrigger | null;
}

export type NotedObject = NotedKey | NotedIndex | NotedTrigger;

/** Triggers by which the server enforces the key `c`, as far as they are off. */
const ITS_TRIGGERS_OFF = `from pg_trigger g join pg_constraint k on k.oid = g.tgconstraint
  where c.oid in (k.oid, k.conparentid) and g.tgenabled in ('D', 'R')`;

/** By kind, SQL over a journal row `j` of the table `t.own`: what has the name of its object there; null for nothing. */
const LIVE = `case j.kind
  when 'foreign-key' then (select json_build_object('definition', regexp_replace(pg_get_constraintdef(c.oid), ' NOT (VALID|ENFORCED)$', ''),
      'validated', c.convalidated, 'enforced', ${IS_ENFORCED}, 'isPart', c.conparentid <> 0, 'enabling', (
      select string_agg(format('alter table %I.%I enable trigger %I;', n.nspname, r.relname, o.tgname), ' ' order by o.tgname)
      from (select g.tgrelid, g.tgname ${ITS_TRIGGERS_OFF}) o join pg_class r on r.oid = o.tgrelid join pg_namespace n on n.oid = r.relnamespace))
    from pg_constraint c where c.conrelid = t.own and c.conname = j.object and c.contype = 'f')
  when 'index' then (select json_build_object('definition', pg_get_indexdef(i.indexrelid), 'valid', i.indisvalid,
      'isPlain', not (i.indisunique or i.indisexclusion) and not exists (select from pg_inherits h where h.inhrelid = i.indexrelid)
        and not exists (select from pg_depend d where d.refclassid = 'pg_class'::regclass and d.refobjid = i.indexrelid))
    from pg_index i where i.indexrelid = to_regclass(format('%I.%I', j.schema_name, j.object)) and i.indrelid = t.own)
  when 'trigger' then (select json_build_object('oid', g.oid::text, 'definition', pg_get_triggerdef(g.oid), 'enabled', g.tgenabled, 'isPart', g.tgparentid <> 0)
    from pg_trigger g where g.tgrelid = t.own and g.tgname = j.object)
  else (select json_build_object('oid', w.oid::text, 'definition', pg_get_ruledef(w.oid), 'enabled', w.ev_enabled, 'isPart', false)
    from pg_rewrite w where w.ev_class = t.own and w.rulename = j.object) end`;

/** SQL: the table has all columns of a JSON list. */
function hasColumns(table: string, list: string): string {
  return `not exists (select from jsonb_array_elements_text(${list}) n(name)
    where not exists (select from pg_attribute a where a.attrelid = ${table} and a.attname = n.name and not a.attisdropped))`;
}

/** SQL: the table `p.parent` has a unique key over the columns that the key leads to. */
const HAS_UNIQUE_KEY = `exists (select from pg_index i
  where i.indrelid = p.parent and (i.indisunique or i.indisexclusion) and i.indimmediate and i.indisvalid and i.indpred is null and i.indexprs is null
    and (select array_agg(a.attname::text order by a.attname::text) from unnest((i.indkey::int2[])[0:i.indnkeyatts - 1]) k(number)
           join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number)
      = (select array_agg(n.name order by n.name) from jsonb_array_elements_text(j.details -> 'parentColumns') n(name)))`;

const GROUNDED = `case j.kind
  when 'foreign-key' then p.parent is not null and ${hasColumns('t.own', `j.details -> 'columns'`)} and ${HAS_UNIQUE_KEY}
  when 'index' then ${hasColumns('t.own', `jsonb_path_query_array(j.details, '$.index.columns[*].name')`)}
  else j.details ->> 'procedure' is null or to_regprocedure(j.details ->> 'procedure') is not null end`;

/** Asked of the catalogue, for the journal says only what the run believes; names are worded as they were when they were noted. */
export async function notedObjects(session: Session, { of }: Pick<ReadableLedger, 'of'>): Promise<NotedObject[]> {
  const { rows } = await withQualifiedNames(session, () =>
    session.query<NotedObject>(
      `select j.run as "runId", j.kind, json_build_object('schema', j.schema_name, 'name', j.table_name) as table, j.object as name,
         j.restore_sql as restoration, j.state, j.details, ${LIVE} as live, ${GROUNDED} as grounded, ${HOLDER} as holder,
         exists (select from ${of('journal')} n where n.restore_sql <> '' and n.seq > j.seq
           and (n.kind, n.schema_name, n.table_name, n.object) = (j.kind, j.schema_name, j.table_name, j.object)) as superseded
       from ${of('journal')} j join ${of('run')} r on r.id = j.run
         cross join lateral (select to_regclass(format('%I.%I', j.schema_name, j.table_name)) as own) t
         cross join lateral (select to_regclass(format('%I.%I', j.details -> 'parent' ->> 'schema', j.details -> 'parent' ->> 'name')) as parent) p
       where r.state = 'complete' and j.kind in ('foreign-key', 'index', 'trigger', 'rule') and j.state in ('restored', 'not-valid')
         and j.restore_sql <> '' and t.own is not null
         and not exists (select from ${of('journal')} a where a.state = 'aside'
           and (a.kind, a.schema_name, a.table_name, a.object) = (j.kind, j.schema_name, j.table_name, j.object))
       order by r.nth desc, j.seq`,
    ),
  );
  return rows;
}
