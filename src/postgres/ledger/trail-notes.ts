import type { RunEnd, RunStart, Validation } from '../../core/run/evidence';
import type { Place } from '../session/place';
import { ident } from '../session/sql';
import { readingLedger } from './schema/readable';

/** A note and the id by which the server knows it again when its answer was lost and the note comes once more. */
interface Identified<T> {
  readonly id: string;
  readonly note: T;
}

/** Notes that a run begins, or goes on. */
export async function noteStart(place: Place, runId: string, { id, note }: Identified<RunStart>): Promise<void> {
  await place.sessions.use((session) =>
    session.query(
      `insert into ${ident(place.ledgerSchema)}.run_start (id, run, facts) values ($1, $2, $3) on conflict (id) do nothing`,
      [id, runId, JSON.stringify(note)],
    ),
  );
}

/** Notes how the latest start of the run has ended. */
export async function noteEnd(place: Place, runId: string, end: RunEnd): Promise<void> {
  const s = ident(place.ledgerSchema);
  await place.sessions.use((session) =>
    session.query(
      `update ${s}.run_start set ended = $2, ended_at = clock_timestamp()
       where run = $1 and nth = (select max(nth) from ${s}.run_start where run = $1)`,
      [runId, JSON.stringify(end)],
    ),
  );
}

/**
 * Keeps a proof of the run; earlier ones stay. A command that only reads does so too, and never upgrades: a ledger of an earlier version
 * keeps it as it can, or not at all (false).
 */
export function noteValidation(place: Place, runId: string, { id, note }: Identified<Validation>): Promise<boolean> {
  const s = ident(place.ledgerSchema);
  const { level, ...found } = note;
  return readingLedger(place, false, async (session, { has }) => {
    if (!has('validation')) return false;
    const [column, value, once] = has('validation', 'id')
      ? [', id', ', $4', 'on conflict (id) do nothing']
      : ['', '', ''];
    await session.query(
      `insert into ${s}.validation (run, start, level, found${column})
       values ($1, (select max(nth) from ${s}.run_start where run = $1), $2, $3${value}) ${once}`,
      [runId, level, JSON.stringify(found), ...(value === '' ? [] : [id])],
    );
    return true;
  });
}
