import type { Retried } from '../../core/run/loaded-by';
import type { Place } from '../session/place';
import type { Session } from '../session/session';
import { ident } from '../session/sql';
import type { EntityRun } from './plan-rows';
import { readingLedger } from './schema/readable';

/** By entity: by which mapping rejected rows were loaded last, and how many of them by all. */
export function readRetried(place: Place, runId: string): Promise<Readonly<Record<string, Retried>>> {
  return readingLedger<Readonly<Record<string, Retried>>>(place, {}, async (session, ledger) => {
    const { rows } = await session.query<{ entity: string; fingerprint: string; rows: string }>(
      `select entity, (array_agg(fingerprint order by at desc))[1] as fingerprint, sum(loaded) as rows
       from ${ledger.of('retry')} r where run = $1 group by entity having sum(loaded) > 0`,
      [runId],
    );
    return Object.fromEntries(
      rows.map(({ entity, fingerprint, rows: loaded }) => [entity, { fingerprint, rows: Number(loaded) }]),
    );
  });
}

/** Notes that rejected rows were loaded by a mapping; in the transaction that loads them. */
export async function noteRetried(
  session: Session,
  schema: string,
  { runId, entity, fingerprint, loaded }: EntityRun & { readonly fingerprint: string; readonly loaded: number },
): Promise<void> {
  await session.query(
    `insert into ${ident(schema)}.retry as r (run, entity, fingerprint, loaded) values ($1, $2, $3, $4)
     on conflict (run, entity, fingerprint) do update set loaded = r.loaded + excluded.loaded, at = clock_timestamp()`,
    [runId, entity, fingerprint, loaded],
  );
}
