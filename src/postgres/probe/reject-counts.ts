import type { RejectStage } from '../../core/run/outcomes';
import type { RejectCount, RowSample } from '../../core/run/readiness';
import type { Session } from '../session/session';
import { ident } from '../session/sql';

const SAMPLES = 5;

interface Row {
  readonly entity: string;
  readonly stage: RejectStage;
  readonly property: string | null;
  readonly reason: string;
  readonly sqlState: string | null;
  readonly count: string;
  readonly samples: RowSample[];
}

/** The rejects of a run by entity, stage, property and reason, the most frequent first. Sorted by the server, on disk where needed. */
export async function readRejectCounts(session: Session, schema: string, runId: string): Promise<RejectCount[]> {
  const { rows } = await session.query<Row>(
    `select entity, stage, property, reason, sql_state as "sqlState", max(n) as count,
       json_agg(json_build_object('key', key, 'rowid', rowid) order by nth) as samples
     from (
       select entity, stage, property, reason, sql_state, key, rowid, count(*) over same as n,
         row_number() over (same order by chunk, ordinal) as nth
       from ${ident(schema)}.reject where run = $1 window same as (partition by entity, stage, property, reason, sql_state)) r
     where nth <= ${SAMPLES}
     group by entity, stage, property, reason, sql_state order by entity, max(n) desc, stage, property, reason`,
    [runId],
  );
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}
