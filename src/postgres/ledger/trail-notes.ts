import type { RunEnd, RunStart, Validation } from '../../core/evidence';
import type { Place } from '../place';
import { ident } from '../sql';

/** Notes that a run begins, or goes on. */
export async function noteStart(place: Place, runId: string, start: RunStart): Promise<void> {
  await place.sessions.use((session) =>
    session.query(`insert into ${ident(place.ledgerSchema)}.run_start (run, facts) values ($1, $2)`, [
      runId,
      JSON.stringify(start),
    ]),
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

/** Keeps a proof of the run; earlier ones stay. */
export async function noteValidation(place: Place, runId: string, validation: Validation): Promise<void> {
  const s = ident(place.ledgerSchema);
  const { level, issues, verdicts } = validation;
  await place.sessions.use((session) =>
    session.query(
      `insert into ${s}.validation (run, start, level, found)
       values ($1, (select max(nth) from ${s}.run_start where run = $1), $2, $3)`,
      [runId, level, JSON.stringify({ issues, verdicts })],
    ),
  );
}
