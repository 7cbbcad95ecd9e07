import type { RejectStage } from '../../core/run/outcomes';
import type { NotedReject } from '../../core/ports/reject-loader';
import type { Place } from '../session/place';
import { readableLedger } from './schema/readable';

/** Most rows of a page, and about the most bytes of their legacy rows, which carry large objects. */
const PAGE = { rows: 500, bytes: 8_388_608 };
const ORDER = 'entity, chunk < 0, chunk, ordinal';

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
  const session = await place.sessions.lend();
  try {
    const ledger = await readableLedger(session, place.ledgerSchema);
    if (ledger === null) return;
    // Of one moment: the pages are counted first.
    await session.query('begin isolation level repeatable read read only');
    const chosen = `${ledger.of('reject')} r where run = $1 and ($2::text is null or entity = $2)`;
    const pages = await session.query<{ rows: number }>(pagesOf(chosen), [runId, entity]);
    await session.query(
      `declare rejects no scroll cursor for
       select entity, chunk, ordinal, stage, key, rowid, property, reason, sql_state, raw from ${chosen} order by ${ORDER}`,
      [runId, entity],
    );
    for (const page of pages.rows) {
      const { rows } = await session.query<Row>(`fetch ${page.rows} from rejects`);
      for (const { sql_state: sqlState, raw, ordinal, ...row } of rows) {
        yield { ...row, ordinal: Number(ordinal), sqlState, raw: raw.toString('utf8') };
      }
    }
  } finally {
    // Also where the caller has read enough. A session that was lost is not kept.
    await session.query('rollback').catch(() => undefined);
    await session.close();
  }
}

/** SQL: how many rows each page has. Both counts only grow, so that two rows are of one page where neither has grown. */
function pagesOf(chosen: string): string {
  return `select count(*)::int as rows from (
      select (row_number() over w - 1) / ${PAGE.rows} + (sum(octet_length(raw)) over w - octet_length(raw)) / ${PAGE.bytes} as page
      from ${chosen} window w as (order by ${ORDER} rows unbounded preceding)) r
    group by page order by page`;
}
