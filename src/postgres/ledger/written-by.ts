import { MigrationError } from '../../core/errors';
import { onlyRow, type Session } from '../session/session';
import { ident } from '../session/sql';
import type { EntityRun } from './plan-rows';
import { tablesIn, type ReadableLedger } from './schema/readable';

/** xmin is the lower half of a transaction's number: its remainder by this. */
export const XIDS = 4_294_967_296;

/**
 * SQL: what the xmin of a row is when the run wrote it, as bigint; `$1` is the run, `$2` the entity, unless `entity` words
 * another condition for it; `ledger` is its schema, or what leads to its tables where it is only read. Exact while fewer than 2^32
 * transactions have passed since.
 */
export function writtenBySql(ledger: string | ReadableLedger['of'], entity = '= $2'): string {
  const of = typeof ledger === 'string' ? tablesIn(ledger) : ledger;
  return `select w % ${XIDS} from ${of('chunk_load')} l, unnest(l.written_by) w where l.run = $1 and l.entity ${entity}
    union select txid % ${XIDS} from ${of('rewrite')} r where run = $1 and entity ${entity}`;
}

/**
 * SQL: the transaction whose number has these lower 32 bits had ended by the moment, a snapshot of transactions. The whole number is taken
 * to be the latest below `next` (that of the next transaction) that ends in them.
 */
export function endedBySql(xmin: string, next: string, moment: string): string {
  return `txid_visible_in_snapshot(${next} - (${next} % ${XIDS} - ${xmin} + ${XIDS}) % ${XIDS}, ${moment}::txid_snapshot)`;
}

/**
 * Notes that the session's transaction changes rows of the run after they were loaded. Not from under a savepoint, and for no second
 * entity of the transaction: see `writingFor`.
 */
export async function recordRewrite(session: Session, schema: string, { runId, entity }: EntityRun): Promise<void> {
  await session.query(
    `insert into ${ident(schema)}.rewrite (run, entity, txid) values ($1, $2, txid_current())
     on conflict (run, entity, txid) do nothing`,
    [runId, entity],
  );
  await refuseSharedNumber(session, schema, { runId, entity });
}

/** SQL: number `txid` is noted for another entity, or another run, than `$1` and `$2`. */
export function bookedForAnotherSql(schema: string, txid: string): string {
  const s = ident(schema);
  return `(exists (select from ${s}.rewrite b where b.txid = ${txid} and (b.run, b.entity) <> ($1, $2))
    or exists (select from ${s}.chunk_load b where b.written_by[1] = ${txid} and (b.run, b.entity) <> ($1, $2)))`;
}

async function refuseSharedNumber(session: Session, schema: string, of: EntityRun): Promise<void> {
  const { rows } = await session.query<{ shared: boolean }>(
    `select ${bookedForAnotherSql(schema, 'txid_current()')} as shared`,
    [of.runId, of.entity],
  );
  if (onlyRow(rows).shared) throw numberShared(of);
}

/** Rows of two entities would have one number, and could not be told apart any more. */
export function numberShared({ runId, entity }: EntityRun): MigrationError {
  return new MigrationError('INTERNAL', `rows of ${entity} were written under the number of another entity's rows`, {
    hint: 'Nothing was changed. Report this as a defect of cutover.',
    facts: { runId, entity },
  });
}
