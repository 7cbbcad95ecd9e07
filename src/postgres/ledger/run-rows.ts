import { FINGERPRINT_FIXES } from '../../core/run/fingerprint-fixes';
import type { Replaceable } from '../../core/run/replaced-options';
import type { RunRecord, RunSetup, RunState } from '../../core/run/run-record';
import { decodeSettings, encodeSettings, type RunSettings, type StoredSettings } from '../../core/run/run-settings';
import type { Place } from '../session/place';
import { ident } from '../session/sql';
import { inTransaction, onlyRow } from '../session/session';
import { changeSettings } from './change-settings';
import { readingLedger } from './schema/readable';

interface Row {
  readonly id: string;
  readonly scn: string | null;
  readonly source: string;
  readonly target: string;
  readonly fingerprints: RunSetup['fingerprints'];
  readonly settings: StoredSettings;
  readonly state: RunState;
  readonly started_at: Date;
  readonly finished_at: Date | null;
  readonly fingerprint_fixes: number | null;
}

export function createRun(place: Place, run: RunSetup & { readonly id: string }): Promise<RunRecord> {
  const { id, scn, source, target, fingerprints, settings } = run;
  const encoded = JSON.stringify(encodeSettings(settings));
  return place.sessions.use(async (session) => {
    const { rows } = await session.query<Row>(
      `insert into ${ident(place.ledgerSchema)}.run (id, scn, source, target, fingerprints, settings, state, fingerprint_fixes)
       values ($1, $2, $3, $4, $5, $6, 'running', $7) returning *`,
      [id, scn, source, target, JSON.stringify(fingerprints), encoded, FINGERPRINT_FIXES.length],
    );
    return recordOf(onlyRow(rows));
  });
}

/** The run of that id, or the one that began last; null where there is none, or no ledger. */
export function findRun(place: Place, id?: string): Promise<RunRecord | null> {
  return readingLedger(place, null, async (session, ledger) => {
    const { rows } = await session.query<Row>(
      `select * from ${ledger.of('run')} r where $1::text is null or id = $1 order by nth desc limit 1`,
      [id ?? null],
    );
    return rows[0] === undefined ? null : recordOf(rows[0]);
  });
}

/** A run that goes on has no time of finishing. One that was reset stays so, whatever a loader says that did not notice. */
export async function setRunState(place: Place, runId: string, state: RunState): Promise<void> {
  await place.sessions.use((session) =>
    session.query(
      `update ${ident(place.ledgerSchema)}.run
       set state = $2, finished_at = case $2 when 'running' then null else clock_timestamp() end where id = $1 and state <> 'reset'`,
      [runId, state],
    ),
  );
}

/** See `Ledger`. */
export async function noteOptions(place: Place, runId: string, options: Replaceable): Promise<void> {
  const { ledgerSchema } = place;
  const change = (settings: RunSettings): RunSettings => ({ ...settings, ...options });
  await place.sessions.use((session) =>
    inTransaction(session, () => changeSettings(session, { ledgerSchema, runId }, change)),
  );
}

/** See `Ledger`. */
export async function noteRetry(
  place: Place,
  { runId, entities }: { readonly runId: string; readonly entities: readonly string[] },
  at: 'begun' | 'ended',
): Promise<void> {
  const change = ({ retriesBegun, ...settings }: RunSettings, now: string): RunSettings => {
    const others = Object.entries(retriesBegun).filter(([entity]) => !entities.includes(entity));
    const begun = at === 'begun' ? entities.map((entity) => [entity, now] as const) : [];
    return { ...settings, retriesBegun: Object.fromEntries([...others, ...begun]) };
  };
  await place.sessions.use((session) =>
    inTransaction(session, () => changeSettings(session, { ledgerSchema: place.ledgerSchema, runId }, change)),
  );
}

/**
 * From here on the run reads at another SCN. The chunks that it has loaded keep theirs; entities of which there is none are planned and
 * counted anew.
 */
export function renewSnapshot(place: Place, runId: string, scn: string): Promise<RunRecord> {
  const s = ident(place.ledgerSchema);
  const untouched = `run = $1 and not exists (select from ${s}.chunk_load l where l.run = $1 and l.entity = planned.entity)`;
  return place.sessions.use((session) =>
    inTransaction(session, async () => {
      await session.query(
        `update ${s}.chunk_load set scn = (select scn from ${s}.run where id = $1) where run = $1 and scn is null`,
        [runId],
      );
      await session.query(`delete from ${s}.entity_count planned where ${untouched}`, [runId]);
      await session.query(`delete from ${s}.entity_plan planned where ${untouched}`, [runId]);
      const { rows } = await session.query<Row>(`update ${s}.run set scn = $2 where id = $1 returning *`, [runId, scn]);
      return recordOf(onlyRow(rows));
    }),
  );
}

function recordOf(row: Row): RunRecord {
  const {
    started_at: startedAt,
    finished_at: finishedAt,
    id,
    scn,
    source,
    target,
    fingerprints,
    settings,
    state,
    fingerprint_fixes: fingerprintFixes,
  } = row;
  return {
    id,
    scn,
    source,
    target,
    fingerprints,
    settings: decodeSettings(settings),
    state,
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
    fingerprintFixes,
  };
}
