import { EDITED_AT_RESET, LEFT_BY_RESET, RETRIED_BEFORE_RESET } from '../../core/run/left-by-reset';
import { RETRY_BEGUN } from '../../core/run/broken-retries';
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
  await rememberRetries(session, s, { runId, entities });
  await session.query(
    `update ${s}.run r set settings = r.settings - array(select name from jsonb_object_keys(r.settings) name
       where starts_with(name, $3::text) and ($2::text[] is null or substr(name, length($3::text) + 1) = any ($2))) where r.id = $1`,
    [runId, entities, RETRY_BEGUN],
  );
  for (const table of RUN_TABLES.filter((name) => !KEPT.includes(name))) {
    await session.query(`delete from ${s}.${table} where run = $1 and ($2::text[] is null or entity = any ($2))`, [
      runId,
      entities,
    ]);
  }
  if (entities === null) await session.query(`delete from ${s}.journal where run = $1 and kind <> 'sequence'`, [runId]);
  await session.query(`insert into ${s}.taken_back (run, entities) values ($1, $2::text[])`, [runId, entities]);
  if (left > 0) {
    await session.query(
      `update ${s}.run set settings = settings || jsonb_build_object($2::text, coalesce((settings ->> $2)::bigint, 0) + $3::bigint)
       where id = $1`,
      [runId, LEFT_BY_RESET, left],
    );
  }
  if (edited.length > 0) await noteEdited(session, s, { runId, parts: edited.join(', ') });
  await session.query(`update ${s}.run set state = $2, finished_at = clock_timestamp() where id = $1`, [
    runId,
    entities === null ? 'reset' : 'interrupted',
  ]);
}

/** Beside those that an earlier reset of the run has believed. */
async function noteEdited(
  session: Session,
  ledger: string,
  { runId, parts }: { readonly runId: string; readonly parts: string },
): Promise<void> {
  await session.query(
    `update ${ledger}.run set settings = settings || jsonb_build_object($2::text, concat_ws(', ', settings ->> $2, $3::text)) where id = $1`,
    [runId, EDITED_AT_RESET, parts],
  );
}

/** That rejected rows were loaded later stays known, though the rows are gone. */
async function rememberRetries(
  session: Session,
  ledger: string,
  { runId, entities }: { readonly runId: string; readonly entities: readonly string[] | null },
): Promise<void> {
  await session.query(
    `update ${ledger}.run r set settings = r.settings || t.retried
     from (select jsonb_object_agg($3::text || o.entity, o.rows + coalesce((o.settings ->> ($3::text || o.entity))::bigint, 0)) as retried
           from (select y.entity, sum(y.loaded) as rows, u.settings from ${ledger}.retry y join ${ledger}.run u on u.id = y.run
                 where y.run = $1 and y.loaded > 0 and ($2::text[] is null or y.entity = any ($2))
                 group by y.entity, u.settings) o) t
     where r.id = $1 and t.retried is not null`,
    [runId, entities, RETRIED_BEFORE_RESET],
  );
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
