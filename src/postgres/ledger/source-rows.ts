import type { SourceAccount } from '../../core/run/source-accounts';
import type { Place } from '../session/place';
import { inTransaction } from '../session/session';
import { ident } from '../session/sql';
import { readingLedger } from './schema/readable';

/** Keeps what becomes of the rows of each legacy table of a run; what was known before is forgotten. */
export async function saveSources(place: Place, runId: string, accounts: readonly SourceAccount[]): Promise<void> {
  const table = `${ident(place.ledgerSchema)}.source_table`;
  await place.sessions.use((session) =>
    inTransaction(session, async () => {
      await session.query(`delete from ${table} where run = $1`, [runId]);
      for (const [nth, account] of accounts.entries()) {
        await session.query(`insert into ${table} (run, nth, name, scn, facts) values ($1, $2, $3, $4, $5)`, [
          runId,
          nth,
          account.source,
          account.scn,
          JSON.stringify(account),
        ]);
      }
    }),
  );
}

/** The same, as it was saved; null where nothing was. A ledger of an earlier version cannot hold it. */
export function readSources(place: Place, runId: string): Promise<readonly SourceAccount[] | null> {
  return readingLedger(place, null, async (session, ledger) => {
    const { rows } = await session.query<{ facts: SourceAccount }>(
      `select facts from ${ledger.of('source_table')} source_table where run = $1 order by nth`,
      [runId],
    );
    return rows.length === 0 ? null : rows.map(({ facts }) => facts);
  });
}
