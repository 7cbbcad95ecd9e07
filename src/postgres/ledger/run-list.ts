import type { RunListing, RunState } from '../../core/ports/ledger';
import type { Place } from '../place';
import { ident } from '../sql';
import { hasLedger } from './schema';

/** The runs of the ledger, the latest first. */
export function listRuns(place: Place): Promise<RunListing[]> {
  const s = ident(place.ledgerSchema);
  return place.sessions.use(async (session) => {
    if (!(await hasLedger(session, place.ledgerSchema))) return [];
    const { rows } = await session.query<Row>(
      `select r.id, r.state, r.started_at, r.finished_at,
         (select coalesce(sum(l.inserted + l.updated), 0) from ${s}.chunk_load l where l.run = r.id)
           - (select count(*) from ${s}.reject j where j.run = r.id and j.chunk < 0) as rows,
         (select count(*) from ${s}.reject j where j.run = r.id) as rejects,
         (select count(*) from ${s}.journal j where j.run = r.id and j.state = 'aside') as aside
       from ${s}.run r order by r.nth desc`,
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
