import type { ChunkBounds, ChunkPlan } from '../../core/ports/legacy-source';
import type { Place } from '../session/place';
import { inTransaction, type Session } from '../session/session';
import { ident } from '../session/sql';

/** Names one entity of one run. */
export interface EntityRun {
  readonly runId: string;
  readonly entity: string;
}

/** Stores a plan, whole or not at all; one that is already there is kept and returned. */
export function savePlan(place: Place, { runId, entity }: EntityRun, plan: ChunkPlan): Promise<ChunkPlan> {
  const schema = ident(place.ledgerSchema);
  return place.sessions.use((session) =>
    inTransaction(session, async () => {
      const inserted = await session.query(
        `insert into ${schema}.entity_plan (run, entity, strategy) values ($1, $2, $3) on conflict do nothing`,
        [runId, entity, plan.strategy],
      );
      if (inserted.rowCount === 0) return (await readPlan(session, schema, { runId, entity })) ?? plan;
      // `with ordinality` would number a json array as well, but its elements would pass through jsonb's rules for text.
      await session.query(
        `insert into ${schema}.chunk (run, entity, chunk, bounds)
         select $1, $2, nth - 1, bounds::json from unnest($3::text[]) with ordinality as planned(bounds, nth)`,
        [runId, entity, plan.chunks.map((bounds) => JSON.stringify(bounds))],
      );
      return plan;
    }),
  );
}

export function findPlan(place: Place, of: EntityRun): Promise<ChunkPlan | null> {
  return place.sessions.use((session) => readPlan(session, ident(place.ledgerSchema), of));
}

export async function saveCounts(
  place: Place,
  { runId, entity }: EntityRun,
  counts: { readonly matching: number; readonly total: number },
): Promise<void> {
  await place.sessions.use((session) =>
    session.query(
      `insert into ${ident(place.ledgerSchema)}.entity_count (run, entity, matching, total, scn)
       values ($1, $2, $3, $4, (select scn from ${ident(place.ledgerSchema)}.run where id = $1))
       on conflict (run, entity) do update
         set matching = excluded.matching, total = excluded.total, scn = excluded.scn, counted_at = excluded.counted_at`,
      [runId, entity, counts.matching, counts.total],
    ),
  );
}

async function readPlan(session: Session, schema: string, { runId, entity }: EntityRun): Promise<ChunkPlan | null> {
  const plans = await session.query<{ strategy: ChunkPlan['strategy'] }>(
    `select strategy from ${schema}.entity_plan where run = $1 and entity = $2`,
    [runId, entity],
  );
  const plan = plans.rows[0];
  if (plan === undefined) return null;
  const chunks = await session.query<{ bounds: ChunkBounds }>(
    `select bounds from ${schema}.chunk where run = $1 and entity = $2 order by chunk`,
    [runId, entity],
  );
  return { strategy: plan.strategy, chunks: chunks.rows.map(({ bounds }) => bounds) };
}
