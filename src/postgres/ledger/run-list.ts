import { SETTING } from '../../core/run/run-settings';
import type { RunListing } from '../../core/ports/ledger';
import type { RunState } from '../../core/run/run-record';
import type { Place } from '../session/place';
import { readingLedger } from './schema/readable';

/** The runs of the ledger, the latest first. */
export function listRuns(place: Place): Promise<RunListing[]> {
  return readingLedger(place, [], async (session, ledger) => {
    const { rows } = await session.query<Row>(
      `select r.id, r.state, r.started_at, r.finished_at,
         (select coalesce(sum(l.inserted + l.updated), 0) from ${ledger.of('chunk_load')} l where l.run = r.id)
           - (select count(*) from ${ledger.of('reject')} j where j.run = r.id and j.chunk < 0)
           + case when r.state = 'reset' then coalesce((r.settings ->> '${SETTING.leftByReset}')::bigint, 0) else 0 end as rows,
         (select count(*) from ${ledger.of('reject')} j where j.run = r.id) as rejects,
         (select count(*) from ${ledger.of('journal')} j where j.run = r.id and j.state = 'aside') as aside
       from ${ledger.of('run')} r order by r.nth desc`,
    );
    return rows.map(listingOf);
  });
}

interface Row {
  readonly id: string;
  readonly state: RunState;
  readonly started_at: Date;
  readonly finished_at: Date | null;
  readonly rows: string;
  readonly rejects: string;
  readonly aside: string;
}

function listingOf({
  id,
  state,
  started_at: startedAt,
  finished_at: finishedAt,
  rows,
  rejects,
  aside,
}: Row): RunListing {
  return {
    id,
    state,
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
    rows: Number(rows),
    rejects: Number(rejects),
    aside: Number(aside),
  };
}
