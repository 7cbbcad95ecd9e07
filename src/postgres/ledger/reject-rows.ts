import type { Reject, RejectStage } from '../../core/outcomes';
import type { Place } from '../place';
import { ident } from '../sql';
import { hasLedger } from './schema';

const PAGE = 500;

interface Row {
  readonly entity: string;
  readonly stage: RejectStage;
  readonly key: string;
  readonly rowid: string | null;
  readonly property: string | null;
  readonly reason: string;
  readonly sql_state: string | null;
  readonly raw: Buffer;
}

/** The rejects of a run by entity, chunk and ordinal, those found after the load last; as they were at one moment. */
export async function* readRejects(place: Place, runId: string): AsyncGenerator<Reject> {
  const session = await place.sessions.open();
  try {
    if (!(await hasLedger(session, place.ledgerSchema))) return;
    await session.query('begin read only');
    await session.query(
      `declare rejects no scroll cursor for
       select entity, stage, key, rowid, property, reason, sql_state, raw from ${ident(place.ledgerSchema)}.reject
       where run = $1 order by entity, chunk < 0, chunk, ordinal`,
      [runId],
    );
    for (;;) {
      const { rows } = await session.query<Row>(`fetch ${PAGE} from rejects`);
      for (const { sql_state: sqlState, raw, ...row } of rows) yield { ...row, sqlState, raw: raw.toString('utf8') };
      if (rows.length < PAGE) return;
    }
  } finally {
    await session.close();
  }
}
