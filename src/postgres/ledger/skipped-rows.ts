import type { LegacyRow } from '../../core/mapping/wire';
import type { PreparedChunk } from '../../core/run/outcomes';
import type { SkippedMarks } from '../../core/ports/ledger';
import { MARK_BYTES, rowMark } from '../../core/rows/row-marks';
import type { Place } from '../session/place';
import { onlyRow, type Session } from '../session/session';
import { ident } from '../session/sql';
import type { EntityRun } from './plan-rows';
import { AFTER_THE_LOAD } from './schema/schema';

/** Of one chunk of an entity. */
interface ChunkOf extends EntityRun {
  readonly chunk: number;
}

/** Notes which legacy rows of a chunk were left out because the target had their key; in the transaction that leaves them out. */
export async function noteSkipped(
  session: Session,
  { schema, runId, entity, chunk }: ChunkOf & { readonly schema: string },
  { prepared, skipped }: { readonly prepared: PreparedChunk; readonly skipped: ReadonlySet<number> },
): Promise<void> {
  if (skipped.size === 0) return;
  const marks = [...skipped].map((index) => markOf(prepared, prepared.origins[index] ?? []));
  await session.query(
    `insert into ${ident(schema)}.skipped as s (run, entity, chunk, marks) values ($1, $2, $3, $4)
     on conflict (run, entity, chunk) do update set marks = s.marks || excluded.marks`,
    [runId, entity, chunk, Buffer.concat(marks)],
  );
}

/** The same for rejects that are loaded later. A few marks among rows that were only counted would pass for all of them. */
export async function noteSkippedAgain(
  session: Session,
  id: ChunkOf & { readonly schema: string },
  left: Parameters<typeof noteSkipped>[2],
): Promise<void> {
  const noted = await session.query<{ noted: boolean }>(`select ${allNoted(ident(id.schema))} as noted`, [
    id.runId,
    id.entity,
  ]);
  if (onlyRow(noted.rows).noted) await noteSkipped(session, id, left);
}

function markOf(prepared: PreparedChunk, origin: LegacyRow): Buffer {
  const [rowid] = origin;
  // Its key is asked for only where it has no address: a reject is made of all of the row.
  if (typeof rowid === 'string') return rowMark({ rowid, key: '' });
  return rowMark(prepared.rejectFor(origin, { property: null, reason: '', sqlState: '' }));
}

/** The marks of the rows of a chunk that were left out. Null where an earlier version, which noted none, has loaded chunks of the entity. */
export function readSkipped(place: Place, { runId, entity, chunk }: ChunkOf): Promise<SkippedMarks | null> {
  const s = ident(place.ledgerSchema);
  const table = `${s}.skipped`;
  return place.sessions.use(async (session) => {
    const there = await session.query<{ there: boolean }>('select to_regclass($1) is not null as there', [table]);
    if (!onlyRow(there.rows).there) return null;
    const { rows } = await session.query<{ noted: boolean; loading: Buffer | null; later: Buffer | null }>(
      `select ${allNoted(s)} as noted, string_agg(marks, '') filter (where chunk = $3) as loading,
         string_agg(marks, '') filter (where chunk = ${AFTER_THE_LOAD}) as later
       from ${table} where run = $1 and entity = $2`,
      [runId, entity, chunk],
    );
    const { noted, loading, later } = onlyRow(rows);
    return noted ? { loading: loading ?? Buffer.alloc(0), later: later ?? Buffer.alloc(0) } : null;
  });
}

/**
 * SQL with $1 the run and $2 the entity. An earlier version has loaded chunks of it where more skipped rows are counted for chunks without
 * marks than were marked by a retry of orphans, which counts them for any chunk.
 */
function allNoted(s: string): string {
  return `(select coalesce(sum(l.skipped), 0) from ${s}.chunk_load l where l.run = $1 and l.entity = $2
       and not exists (select from ${s}.skipped m where m.run = l.run and m.entity = l.entity and m.chunk = l.chunk))
    <= (select coalesce(sum(octet_length(m.marks)), 0) / ${MARK_BYTES} from ${s}.skipped m
       where m.run = $1 and m.entity = $2 and m.chunk = ${AFTER_THE_LOAD})`;
}
