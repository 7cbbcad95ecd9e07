import { afterReset } from '../../core/run/left-by-reset';
import { changeSettings } from '../ledger/change-settings';
import { RUN_TABLES } from '../ledger/schema/tables';
import type { Session } from '../session/session';
import { ident } from '../session/sql';
import type { Resetting } from './subjects';

/**
 * The run itself stays, as `reset` or to be resumed, with what is known of its starts and proofs; where its sequences stood is needed
 * until they are set back.
 */
const KEPT: readonly string[] = ['run', 'journal', 'run_start', 'validation', 'repair', 'source_table', 'taken_back'];

/** Removes what the ledger says of the entities, and says what has become of the run, and of how many of its rows that is not true. */
export async function clearLedger(
  { session, schema, runId, scope }: Resetting,
  { left, edited }: { readonly left: number; readonly edited: readonly string[] },
): Promise<void> {
  const s = ident(schema);
  const entities = scope === 'all' ? null : scope;
  if (entities !== null) await forgetOrphans(session, s, { runId, entities });
  const retried = await retriedRows(session, s, { runId, entities });
  await changeSettings(session, { ledgerSchema: schema, runId }, (settings) =>
    afterReset(settings, { entities, left, edited, retried }),
  );
  for (const table of RUN_TABLES.filter((name) => !KEPT.includes(name))) {
    await session.query(`delete from ${s}.${table} where run = $1 and ($2::text[] is null or entity = any ($2))`, [
      runId,
      entities,
    ]);
  }
  if (entities === null) await session.query(`delete from ${s}.journal where run = $1 and kind <> 'sequence'`, [runId]);
  await session.query(`insert into ${s}.taken_back (run, entities) values ($1, $2::text[])`, [runId, entities]);
  await session.query(`update ${s}.run set state = $2, finished_at = clock_timestamp() where id = $1`, [
    runId,
    entities === null ? 'reset' : 'interrupted',
  ]);
}

/** Rejected rows that were loaded later, by entity: known afterwards, though the rows are gone. */
async function retriedRows(
  session: Session,
  ledger: string,
  { runId, entities }: { readonly runId: string; readonly entities: readonly string[] | null },
): Promise<Record<string, number>> {
  const { rows } = await session.query<{ readonly entity: string; readonly rows: string }>(
    `select entity, sum(loaded) as rows from ${ledger}.retry
     where run = $1 and loaded > 0 and ($2::text[] is null or entity = any ($2)) group by entity`,
    [runId, entities],
  );
  return Object.fromEntries(rows.map(({ entity, rows: loaded }) => [entity, Number(loaded)]));
}

/** The orphans of these entities were rows that will be loaded again. */
async function forgetOrphans(
  session: Session,
  ledger: string,
  { runId, entities }: { readonly runId: string; readonly entities: readonly string[] },
): Promise<void> {
  await session.query(
    `update ${ledger}.journal j set orphans = 0 from ${ledger}.entity_table e
     where j.run = $1 and j.kind = 'foreign-key' and e.run = $1 and e.entity = any ($2::text[])
       and j.schema_name = e.schema_name and j.table_name = e.table_name`,
    [runId, entities],
  );
}
