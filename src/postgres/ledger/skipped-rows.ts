import type { LegacyRow } from '../../core/mapping/wire';
import type { PreparedChunk } from '../../core/outcomes';
import { rowMark } from '../../core/row-marks';
import type { Place } from '../place';
import { onlyRow, type Session } from '../session';
import { ident } from '../sql';
import type { EntityRun } from './plan-rows';
import { AFTER_THE_LOAD } from './schema';

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

function markOf(prepared: PreparedChunk, origin: LegacyRow): Buffer {
  const [rowid] = origin;
  // Its key is asked for only where it has no address: a reject is made of all of the row.
  if (typeof rowid === 'string') return rowMark({ rowid, key: '' });
  return rowMark(prepared.rejectFor(origin, { property: null, reason: '', sqlState: '' }));
}

/**
 * The marks of the rows of a chunk that were left out, put together; those of rows that were tried again as orphans, whose chunk is not
 * noted, are with each. Null where the run was loaded by an earlier version, which noted none.
 */
export function readSkipped(place: Place, { runId, entity, chunk }: ChunkOf): Promise<Buffer | null> {
  const table = `${ident(place.ledgerSchema)}.skipped`;
  return place.sessions.use(async (session) => {
    const there = await session.query<{ there: boolean }>('select to_regclass($1) is not null as there', [table]);
    if (!onlyRow(there.rows).there) return null;
    const { rows } = await session.query<{ noted: boolean; marks: Buffer | null }>(
      `select count(*) > 0 as noted, string_agg(marks, '') filter (where chunk in ($3, ${AFTER_THE_LOAD})) as marks
       from ${table} where run = $1 and entity = $2`,
      [runId, entity, chunk],
    );
    const { noted, marks } = onlyRow(rows);
    return noted ? (marks ?? Buffer.alloc(0)) : null;
  });
}
