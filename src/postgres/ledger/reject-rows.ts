import type { RejectStage } from '../../core/outcomes';
import type { NotedReject } from '../../core/ports/reject-loader';
import type { Place } from '../place';
import { readableLedger } from './readable';

const PAGE = 500;

interface Row {
  readonly entity: string;
  readonly chunk: number;
  readonly ordinal: string;
  readonly stage: RejectStage;
  readonly key: string;
  readonly rowid: string | null;
  readonly property: string | null;
  readonly reason: string;
  readonly sql_state: string | null;
  readonly raw: Buffer;
}

/** The rejects of a run (of one entity where it is named) by entity, chunk and ordinal, those found after the load last; as they were at one moment. */
export async function* readRejects(
  place: Place,
  runId: string,
  entity: string | null = null,
): AsyncGenerator<NotedReject> {
  const session = await place.sessions.open();
  try {
    const ledger = await readableLedger(session, place.ledgerSchema);
    if (ledger === null) return;
    await session.query('begin read only');
    await session.query(
      `declare rejects no scroll cursor for
       select entity, chunk, ordinal, stage, key, rowid, property, reason, sql_state, raw from ${ledger.of('reject')} r
       where run = $1 and ($2::text is null or entity = $2) order by entity, chunk < 0, chunk, ordinal`,
      [runId, entity],
    );
    for (;;) {
      const { rows } = await session.query<Row>(`fetch ${PAGE} from rejects`);
      for (const { sql_state: sqlState, raw, ordinal, ...row } of rows) {
        yield { ...row, ordinal: Number(ordinal), sqlState, raw: raw.toString('utf8') };
      }
      if (rows.length < PAGE) return;
    }
  } finally {
    await session.close();
  }
}
