import type { Place } from '../session/place';
import { readingLedger } from './schema/readable';
import { endedBySql } from './written-by';

/** By entity: rows in `replaced` whose writer was not committed at the moment, a snapshot of transactions. */
export function readOverwrittenSince(
  place: Place,
  runId: string,
  moment: string,
): Promise<Readonly<Record<string, number>>> {
  return readingLedger<Readonly<Record<string, number>>>(place, {}, async (session, { of }) => {
    const { rows } = await session.query<{ entity: string; rows: string }>(
      `select p.entity, count(*) as rows
       from ${of('replaced')} p cross join (select txid_snapshot_xmax(txid_current_snapshot()) as next) now
       where p.run = $1 and p.writer is not null and not ${endedBySql('p.writer', 'next', '$2')}
       group by p.entity`,
      [runId, moment],
    );
    return Object.fromEntries(rows.map(({ entity, rows: count }) => [entity, Number(count)]));
  });
}
