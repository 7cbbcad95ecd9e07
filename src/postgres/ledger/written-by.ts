import type { Session } from '../session';
import { ident } from '../sql';
import type { EntityRun } from './plan-rows';

/** xmin is the lower half of a transaction's number: its remainder by this. */
export const XIDS = 4_294_967_296;

/**
 * SQL: what the xmin of a row is when the run wrote it, as bigint; `$1` is the run, `$2` the entity, unless `entity` words
 * another condition for it. Exact while fewer than 2^32
 * transactions have passed since.
 */
export function writtenBySql(schema: string, entity = '= $2'): string {
  const s = ident(schema);
  return `select w % ${XIDS} from ${s}.chunk_load l, unnest(l.written_by) w where l.run = $1 and l.entity ${entity}
    union select txid % ${XIDS} from ${s}.rewrite where run = $1 and entity ${entity}`;
}

/** Notes that the session's transaction changes rows of the run after they were loaded. Not from under a savepoint. */
export async function recordRewrite(session: Session, schema: string, { runId, entity }: EntityRun): Promise<void> {
  await session.query(
    `insert into ${ident(schema)}.rewrite (run, entity, txid) values ($1, $2, txid_current()) on conflict do nothing`,
    [runId, entity],
  );
}
