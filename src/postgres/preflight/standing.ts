import type { RunAside, RunMissing, RunUnproven, TargetStanding } from '../../core/run/standing';
import { operatorAt, lockKey, whoHolds } from '../session/locks';
import { IS_ENFORCED } from '../catalogue/constraint-sql';
import { readableLedger } from '../ledger/schema/readable';
import type { Place } from '../session/place';
import type { Session } from '../session/session';
import { REHEARSAL_PREFIX } from '../rehearsal/leftovers';

/** How the target stands, whichever run it comes from. Changes nothing. */
export function readStanding(place: Place): Promise<TargetStanding> {
  return place.sessions.use(async (session) => ({
    operator: await operatorAt(session, place.ledgerSchema),
    aside: await readAside(session, place),
    unproven: await readUnproven(session, place),
    missing: await readMissing(session, place),
    rehearsals: await readRehearsals(session),
  }));
}

type Row = Omit<RunAside, 'foreignKeys' | 'triggers' | 'indexes'> &
  Readonly<Record<'foreignKeys' | 'triggers' | 'indexes', string>>;

async function readAside(session: Session, { ledgerSchema, known }: Place): Promise<RunAside[]> {
  const ledger = await readableLedger(session, ledgerSchema);
  if (ledger === null) return [];
  const { rows } = await session.query<Row>(
    `select j.run as "runId", coalesce(r.state, 'failed') as state,
       count(*) filter (where j.kind = 'foreign-key') as "foreignKeys", count(*) filter (where j.kind in ('trigger', 'rule')) as triggers,
       count(*) filter (where j.kind = 'index') as indexes,
       json_agg(distinct jsonb_build_object('schema', n.nspname, 'name', c.relname)) as tables
     from ${ledger.of('journal')} j left join ${ledger.of('run')} r on r.id = j.run
       cross join lateral (select to_regclass(format('%I.%I', j.schema_name, j.table_name)) as own) t
       join pg_class c on c.oid = coalesce(pg_partition_root(t.own), t.own) join pg_namespace n on n.oid = c.relnamespace
     where j.state = 'aside' group by j.run, r.state, r.nth order by r.nth desc nulls last`,
  );
  return rows.map(({ foreignKeys, triggers, indexes, tables, ...row }) => ({
    ...row,
    foreignKeys: Number(foreignKeys),
    triggers: Number(triggers),
    indexes: Number(indexes),
    tables: tables.map(known),
  }));
}

/** A policy that keeps orphans leaves a key unproven for good; of a run that is complete that is what was asked for. */
async function readUnproven(session: Session, { ledgerSchema }: Place): Promise<RunUnproven[]> {
  const ledger = await readableLedger(session, ledgerSchema);
  if (ledger === null) return [];
  const { rows } = await session.query<RunUnproven>(
    `select j.run as "runId", json_agg(j.object || ' of ' || j.table_name order by j.seq) as keys
     from ${ledger.of('journal')} j join ${ledger.of('run')} r on r.id = j.run
       join pg_constraint c on c.conrelid = to_regclass(format('%I.%I', j.schema_name, j.table_name)) and c.conname = j.object and c.contype = 'f'
     where j.kind = 'foreign-key' and j.state = 'not-valid' and j.restore_sql <> '' and not c.convalidated
       and coalesce(j.details ->> 'validated', 'true') = 'true' and r.state not in ('complete', 'reset')
     group by j.run, r.nth order by r.nth desc`,
  );
  return rows;
}

/**
 * By kind, SQL over a journal row `j` of the table `t.own`: its object is there and in force, as it was before it was set aside. A key is
 * not in force where its own triggers are disabled (`alter table … disable trigger all`), though the catalogue calls it valid.
 */
const IN_FORCE = `case j.kind
  when 'foreign-key' then exists (select from pg_constraint c where c.conrelid = t.own and c.conname = j.object and c.contype = 'f'
    and (c.convalidated or j.state = 'not-valid' or j.details ->> 'validated' = 'false') and ${IS_ENFORCED}
    and not exists (select from pg_trigger g join pg_constraint k on k.oid = g.tgconstraint
      where c.oid in (k.oid, k.conparentid) and g.tgenabled in ('D', 'R')))
  when 'index' then exists (select from pg_index i where i.indexrelid = to_regclass(format('%I.%I', j.schema_name, j.object))
    and i.indrelid = t.own and i.indisvalid)
  when 'trigger' then exists (select from pg_trigger g where g.tgrelid = t.own and g.tgname = j.object and g.tgenabled <> 'D')
  when 'rule' then exists (select from pg_rewrite w where w.ev_class = t.own and w.rulename = j.object and w.ev_enabled <> 'D')
  else true end`;

/** Asked of the catalogue, for the journal says only what the run believes. */
async function readMissing(session: Session, { ledgerSchema }: Place): Promise<RunMissing[]> {
  const ledger = await readableLedger(session, ledgerSchema);
  if (ledger === null) return [];
  const { rows } = await session.query<RunMissing>(
    `select j.run as "runId", json_agg(replace(j.kind, '-', ' ') || ' ' || j.object || ' of ' || j.table_name order by j.seq) as objects
     from ${ledger.of('journal')} j join ${ledger.of('run')} r on r.id = j.run
       cross join lateral (select to_regclass(format('%I.%I', j.schema_name, j.table_name)) as own) t
     where r.state = 'complete' and j.state in ('restored', 'not-valid') and j.restore_sql <> '' and t.own is not null
       and not (${IN_FORCE})
       and not exists (select from ${ledger.of('journal')} a where a.state = 'aside'
         and (a.kind, a.schema_name, a.table_name, a.object) = (j.kind, j.schema_name, j.table_name, j.object))
     group by j.run, r.nth order by r.nth desc`,
  );
  return rows;
}

/** Those whose lock nobody holds: their process is gone. */
async function readRehearsals(session: Session): Promise<string[]> {
  const { rows } = await session.query<{ name: string }>(
    'select nspname::text as name from pg_namespace where nspname ~ $1 order by nspname',
    [`^${REHEARSAL_PREFIX}[0-9a-f]+$`],
  );
  const left: string[] = [];
  for (const { name } of rows) if ((await whoHolds(session, lockKey('rehearsal', name))) === null) left.push(name);
  return left;
}
