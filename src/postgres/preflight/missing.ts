import type { RunMissing } from '../../core/run/standing';
import { IS_ENFORCED } from '../catalogue/constraint-sql';
import type { JournalKey } from '../foreign-keys/journal';
import { addKey, dropKey, validateKey } from '../foreign-keys/key-statements';
import { readableLedger } from '../ledger/schema/readable';
import type { Place } from '../session/place';
import type { Session } from '../session/session';

/** Names over a journal row `j`, for statements. */
const TABLE = `format('%I.%I', j.schema_name, j.table_name)`;
const INDEX = `format('%I.%I', j.schema_name, j.object)`;

/** Triggers by which the server enforces the key `c`, as far as they are off. */
const ITS_TRIGGERS_OFF = `from pg_trigger g join pg_constraint k on k.oid = g.tgconstraint
  where c.oid in (k.oid, k.conparentid) and g.tgenabled in ('D', 'R')`;

/**
 * By kind, SQL over a journal row `j` of the table `t.own`: its object is there and in force, as it was before it was set aside. A key is
 * not in force where its own triggers are disabled (`alter table … disable trigger all`), though the catalogue calls it valid.
 */
const IN_FORCE = `case j.kind
  when 'foreign-key' then exists (select from pg_constraint c where c.conrelid = t.own and c.conname = j.object and c.contype = 'f'
    and (c.convalidated or j.state = 'not-valid' or j.details ->> 'validated' = 'false') and ${IS_ENFORCED}
    and not exists (select ${ITS_TRIGGERS_OFF}))
  when 'index' then exists (select from pg_index i where i.indexrelid = to_regclass(${INDEX}) and i.indrelid = t.own and i.indisvalid)
  when 'trigger' then exists (select from pg_trigger g where g.tgrelid = t.own and g.tgname = j.object and g.tgenabled <> 'D')
  when 'rule' then exists (select from pg_rewrite w where w.ev_class = t.own and w.rulename = j.object and w.ev_enabled <> 'D')
  else true end`;

/** What is to be known of a key to add it. */
const KEY = `case when j.kind = 'foreign-key' then json_build_object('table', json_build_object('schema', j.schema_name, 'name', j.table_name),
  'name', j.object, 'definition', j.restore_sql, 'comment', j.details ->> 'comment', 'state', j.state) end`;

/** A key that is there, though not in force, with the statements that enable its triggers; null for none. */
const LIVE_KEY = `(select json_build_object('enforced', ${IS_ENFORCED}, 'enabling', (
    select string_agg(format('alter table %I.%I enable trigger %I;', n.nspname, r.relname, o.tgname), ' ' order by o.tgname)
    from (select g.tgrelid, g.tgname ${ITS_TRIGGERS_OFF}) o join pg_class r on r.oid = o.tgrelid join pg_namespace n on n.oid = r.relnamespace))
  from pg_constraint c where c.conrelid = t.own and c.conname = j.object and c.contype = 'f')`;

/** Whatever its state is; of what is no key. */
const IS_THERE = `case j.kind
  when 'index' then exists (select from pg_index i where i.indexrelid = to_regclass(${INDEX}) and i.indrelid = t.own)
  when 'trigger' then exists (select from pg_trigger g where g.tgrelid = t.own and g.tgname = j.object)
  else exists (select from pg_rewrite w where w.ev_class = t.own and w.rulename = j.object) end`;

/** By kind, the statements that bring back what is no key; null where the ledger does not know how it is created. */
const STATEMENTS = `case j.kind
  when 'foreign-key' then null
  when 'index' then case when ${IS_THERE} then format('drop index %s; ', ${INDEX}) else '' end || j.restore_sql || ';'
  else case when ${IS_THERE} then j.restore_sql || ';' end end`;

interface Found {
  readonly object: string;
  readonly statements: string | null;
  readonly key: Pick<JournalKey, 'table' | 'name' | 'definition' | 'comment' | 'state'> | null;
  readonly live: { readonly enforced: boolean; readonly enabling: string | null } | null;
}

interface Row {
  readonly runId: string;
  readonly found: readonly Found[];
}

/** Asked of the catalogue, for the journal says only what the run believes. */
export async function readMissing(session: Session, { ledgerSchema }: Place): Promise<RunMissing[]> {
  const ledger = await readableLedger(session, ledgerSchema);
  if (ledger === null) return [];
  const { rows } = await session.query<Row>(
    `select j.run as "runId", json_agg(json_build_object(
         'object', replace(j.kind, '-', ' ') || ' ' || j.object || ' of ' || j.table_name, 'statements', ${STATEMENTS}, 'key', ${KEY}, 'live', ${LIVE_KEY}) order by j.seq) as found
     from ${ledger.of('journal')} j join ${ledger.of('run')} r on r.id = j.run
       cross join lateral (select to_regclass(${TABLE}) as own) t
     where r.state = 'complete' and j.state in ('restored', 'not-valid') and j.restore_sql <> '' and t.own is not null
       and not (${IN_FORCE})
       and not exists (select from ${ledger.of('journal')} a where a.state = 'aside'
         and (a.kind, a.schema_name, a.table_name, a.object) = (j.kind, j.schema_name, j.table_name, j.object))
     group by j.run, r.nth order by r.nth desc`,
  );
  return rows.map(({ runId, found }) => ({
    runId,
    objects: found.map(({ object }) => object),
    statements: found.flatMap((each) => statementsOf(each) ?? []),
    withoutStatement: found.filter((each) => statementsOf(each) === null).map(({ object }) => object),
  }));
}

/** A key that is there: its triggers are enabled, one that is not enforced is made anew, its rows are checked. */
function statementsOf({ key, live, statements }: Found): string | null {
  if (key === null) return statements;
  const adding = `${addKey(key, key.state === 'not-valid' ? 'not-valid' : 'as-defined')};`;
  if (live === null) return adding;
  if (!live.enforced) return `${dropKey(key)}; ${adding}`;
  return live.enabling ?? `${validateKey(key)};`;
}
