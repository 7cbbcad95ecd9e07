import type { RunAside, RunUnproven, TargetStanding } from '../../core/run/standing';
import { operatorAt, lockKey, whoHolds } from '../session/locks';
import { readableLedger } from '../ledger/schema/readable';
import type { Place } from '../session/place';
import type { Session } from '../session/session';
import { REHEARSAL_PREFIX } from '../rehearsal/leftovers';
import { readMissing } from './missing';

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
