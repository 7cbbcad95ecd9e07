import type { ChangeCount, ChunkChecksum } from '../../core/ports/ledger';
import type { EntityProgress } from '../../core/run/run-record';
import { sumOf } from '../encode/row-sum';
import type { Place } from '../session/place';
import { ident } from '../session/sql';
import type { EntityRun } from './plan-rows';
import { readingLedger } from './schema/readable';
import { AFTER_THE_LOAD } from './schema/schema';
import { SAMPLES } from '../../core/run/sample-size';

interface ProgressRow {
  readonly entity: string;
  readonly planned: string;
  readonly done: string;
  readonly read: string;
  readonly inserted: string;
  readonly updated: string;
  readonly skipped: string;
  readonly replaced: string;
  readonly rejected: string;
  readonly checksums: string[] | null;
  readonly matching: string | null;
  readonly total: string | null;
  readonly orphans: string;
  readonly counted_at: string | null;
  readonly snapshots: string[];
}

/**
 * The account of every planned entity. Rows that were turned away after the load, as orphans, count as rejected and no longer as
 * inserted or updated, so that read = inserted + updated + skipped + rejected + filtered stays true.
 */
export function readProgress(place: Place, runId: string): Promise<EntityProgress[]> {
  return readingLedger(place, [], async (session, { of }) => {
    const { rows } = await session.query<ProgressRow>(
      `select p.entity, (select count(*) from ${of('chunk')} c where c.run = p.run and c.entity = p.entity) as planned,
         l.done, l.read, l.inserted, l.updated, l.skipped, l.rejected, l.checksums, n.matching, n.total, n.scn as counted_at,
         coalesce((select array_agg(distinct coalesce(f.scn, r.scn)) from ${of('chunk_load')} f
           where f.run = r.id and f.entity = p.entity and coalesce(f.scn, r.scn) is not null), '{}') as snapshots,
         (select count(*) from ${of('reject')} r where r.run = p.run and r.entity = p.entity and r.chunk = $2) as orphans,
         (select count(*) from ${of('replaced')} b where b.run = p.run and b.entity = p.entity) as replaced
       from ${of('entity_plan')} p
         join ${of('run')} r on r.id = p.run
         left join ${of('entity_count')} n using (run, entity)
         cross join lateral (
           select count(*) as done, coalesce(sum(read), 0) as read, coalesce(sum(inserted), 0) as inserted,
             coalesce(sum(updated), 0) as updated, coalesce(sum(skipped), 0) as skipped, coalesce(sum(rejected), 0) as rejected, array_agg(checksum) filter (where checksum is not null) as checksums
           from ${of('chunk_load')} f where f.run = p.run and f.entity = p.entity) l
       where p.run = $1 order by p.nth`,
      [runId, AFTER_THE_LOAD],
    );
    return rows.map(progressOf);
  });
}

/** Changes of all chunks, summed by entity, property and kind. */
export function readChanges(place: Place, runId: string): Promise<ChangeCount[]> {
  return readingLedger(place, [], async (session, { of }) => {
    const { rows } = await session.query<Omit<ChangeCount, 'count'> & { readonly count: string }>(
      `select c.entity, c.property, c.kind, sum(c.count) as count,
         coalesce((select array_agg(key order by chunk, nth) from (
           select k.key, d.chunk, k.nth from ${of('change_count')} d, unnest(d.sample_keys) with ordinality k(key, nth)
           where d.run = $1 and d.entity = c.entity and d.property = c.property and d.kind = c.kind
           order by d.chunk, k.nth limit ${SAMPLES}) first), '{}') as "sampleKeys"
       from ${of('change_count')} c where c.run = $1
       group by c.entity, c.property, c.kind order by c.entity, c.property, c.kind`,
      [runId],
    );
    return rows.map((row) => ({ ...row, count: Number(row.count) }));
  });
}

/** What the chunks that are committed have loaded, by their checksums. */
export function readChecksums(place: Place, { runId, entity }: EntityRun): Promise<ChunkChecksum[]> {
  return readingLedger<ChunkChecksum[]>(place, [], async (session, { of }) => {
    const { rows } = await session.query<ChunkChecksum>(
      `select l.chunk, l.checksum, coalesce(l.scn, r.scn) as scn, (l.inserted + l.updated)::float8 as rows, l.skipped::float8 as skipped
       from ${of('chunk_load')} l join ${of('run')} r on r.id = l.run
       where l.run = $1 and l.entity = $2 order by l.chunk`,
      [runId, entity],
    );
    return rows;
  });
}

/** Numbers of the chunks that are committed. */
export async function readLoadedChunks(place: Place, { runId, entity }: EntityRun): Promise<ReadonlySet<number>> {
  const { rows } = await place.sessions.use((session) =>
    session.query<{ chunk: number }>(
      `select chunk from ${ident(place.ledgerSchema)}.chunk_load where run = $1 and entity = $2`,
      [runId, entity],
    ),
  );
  return new Set(rows.map(({ chunk }) => chunk));
}

function progressOf(row: ProgressRow): EntityProgress {
  const orphans = Number(row.orphans);
  // An updated row that was turned away got back what it replaced, and the ledger no longer holds that.
  const putBack = Number(row.updated) - Number(row.replaced);
  const filtered = row.total === null ? 0 : Number(row.total) - Number(row.matching);
  return {
    entity: row.entity,
    plannedChunks: Number(row.planned),
    loadedChunks: Number(row.done),
    countedAt: row.counted_at,
    snapshots: [...row.snapshots].sort((a, b) => Number(BigInt(a) - BigInt(b))),
    tally: {
      source: row.total === null ? null : Number(row.total),
      read: Number(row.read) + filtered,
      inserted: Number(row.inserted) - (orphans - putBack),
      updated: Number(row.replaced),
      skipped: Number(row.skipped),
      rejected: Number(row.rejected) + orphans,
      filtered,
      checksum: sumOf(row.checksums ?? []),
    },
  };
}
