import { decodeSettings, encodeSettings, type RunSettings, type StoredSettings } from '../../core/run/run-settings';
import type { Session } from '../session/session';
import { ident } from '../session/sql';

/**
 * Changes what is noted of a run, within the transaction at hand: its row is locked until that ends. `now` is the server's time, ISO 8601
 * in UTC.
 */
export async function changeSettings(
  session: Session,
  { ledgerSchema, runId }: { readonly ledgerSchema: string; readonly runId: string },
  change: (settings: RunSettings, now: string) => RunSettings,
): Promise<void> {
  const run = `${ident(ledgerSchema)}.run`;
  const { rows } = await session.query<{ readonly settings: StoredSettings; readonly now: string }>(
    `select settings, to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as now
     from ${run} where id = $1 for update`,
    [runId],
  );
  for (const { settings, now } of rows) {
    const changed = encodeSettings(change(decodeSettings(settings), now));
    await session.query(`update ${run} set settings = $2 where id = $1`, [runId, JSON.stringify(changed)]);
  }
}
