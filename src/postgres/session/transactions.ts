import type { Place } from './place';
import { onlyRow, type Session } from './session';

/** How many numbers of transactions are asked about, the latest: it takes about a second. */
const MOST_NUMBERS = 1_000_000;
/** How often it is asked again, where a transaction ended meanwhile. */
const MOST_TRIES = 10;

/**
 * A snapshot of transactions: which of them have ended. The server's own lists a transaction that is in progress but not what stands under
 * its savepoints, whose rows have numbers of their own: these are added.
 */
export function momentOf(place: Place): Promise<string> {
  return place.sessions.use(async (session) => {
    let moment = await takeSnapshot(session);
    for (let tries = 1; tries < MOST_TRIES && (await hasEndedSince(session, moment)); tries += 1) {
      moment = await takeSnapshot(session);
    }
    return moment;
  });
}

async function takeSnapshot(session: Session): Promise<string> {
  const { rows } = await session.query<{ moment: string }>(
    `with taken as materialized (select txid_current_snapshot() as s),
       range as materialized (select s, txid_snapshot_xmin(s) as first, txid_snapshot_xmax(s) as next from taken),
       open (n) as (select txid_snapshot_xip(s) from range
         union select n from range, generate_series(greatest(first, next - ${MOST_NUMBERS}), next - 1) n where txid_status(n) = 'in progress')
     select format('%s:%s:%s', first, next, (select string_agg(n::text, ',' order by n) from open)) as moment from range`,
  );
  return onlyRow(rows).moment;
}

/** What stood under the savepoints of a transaction can no longer be told from others once it has ended. */
async function hasEndedSince(session: Session, moment: string): Promise<boolean> {
  const { rows } = await session.query<{ ended: boolean }>(
    `select exists (select from txid_snapshot_xip($1::txid_snapshot) n where txid_status(n) = 'committed') as ended`,
    [moment],
  );
  return onlyRow(rows).ended;
}
