import { onlyRow, type Session } from '../session/session';
import { ident } from '../session/sql';
import type { EntityRun } from './plan-rows';
import { bookedForAnotherSql, numberShared, XIDS } from './written-by';

/**
 * Runs `work`, whose rows are from then on those of the owner, or of nobody: under a savepoint, which gives them an xmin that is not the
 * transaction's own, so that one transaction can write for several. `work` itself sets none under which it writes. A failure is for
 * the transaction to undo.
 */
export async function writingFor<T>(
  session: Session,
  schema: string,
  { owner, work }: { readonly owner: EntityRun | null; readonly work: () => Promise<T> },
): Promise<T> {
  await session.query('savepoint writing');
  const done = await work();
  if (owner !== null) await recordSavepoint(session, schema, owner);
  await session.query('release savepoint writing');
  return done;
}

/** No function tells the number of a savepoint; the ledger's own row does, once it is written under it. */
async function recordSavepoint(session: Session, schema: string, owner: EntityRun): Promise<void> {
  const rewrite = `${ident(schema)}.rewrite`;
  const of = [owner.runId, owner.entity];
  await session.query(`insert into ${rewrite} (run, entity, txid) values ($1, $2, -1)`, of);
  // It comes after the transaction's own number, at most once past the end of the 32 bits that a row keeps of it.
  const { rows } = await session.query<{ txid: string }>(
    `update ${rewrite} r set txid = n.own + (r.xmin::text::bigint - n.own % ${XIDS} + ${XIDS}) % ${XIDS}
     from (select txid_current() as own) n where r.run = $1 and r.entity = $2 and r.txid = -1 returning r.txid`,
    of,
  );
  const { txid } = onlyRow(rows);
  const shared = await session.query<{ shared: boolean }>(
    `select ${bookedForAnotherSql(schema, '$3::bigint')} as shared`,
    [...of, txid],
  );
  if (onlyRow(shared.rows).shared) throw numberShared(owner);
}
