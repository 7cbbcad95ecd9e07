import type { ChangeTally, Reject, RowFates } from '../../../core/run/outcomes';
import type { NotedReject } from '../../../core/ports/reject-loader';
import { sumOf } from '../../encode/row-sum';
import { storable } from '../../ledger/schema/storable';
import type { Session } from '../../session/session';
import { ident } from '../../session/sql';
import type { LedgerChunk } from '../shape/chunk-record';

/** Locks rejects of a chunk; answers with the numbers of those that are still there. */
export async function stillRejected(
  session: Session,
  { schema, runId, entity, chunk }: LedgerChunk,
  rejects: readonly NotedReject[],
): Promise<ReadonlySet<number>> {
  const { rows } = await session.query<{ ordinal: string }>(
    `select ordinal from ${ident(schema)}.reject
     where run = $1 and entity = $2 and chunk = $3 and ordinal = any ($4::bigint[]) for update`,
    [runId, entity, chunk, rejects.map(({ ordinal }) => ordinal)],
  );
  return new Set(rows.map(({ ordinal }) => Number(ordinal)));
}

/** Removes rejects of a chunk, for their rows are loaded. */
export async function takeRejects(
  session: Session,
  { schema, runId, entity, chunk }: LedgerChunk,
  ordinals: readonly number[],
): Promise<void> {
  await session.query(
    `delete from ${ident(schema)}.reject where run = $1 and entity = $2 and chunk = $3 and ordinal = any ($4::bigint[])`,
    [runId, entity, chunk, ordinals],
  );
}

/** A reject that is turned away anew says why it is now, and has the row as it was read now. */
export async function updateReject(
  session: Session,
  { schema, runId, entity, chunk }: LedgerChunk,
  { of, now }: { readonly of: NotedReject; readonly now: Reject },
): Promise<void> {
  await session.query(
    `update ${ident(schema)}.reject
     set stage = $5, key = $6, rowid = $7, property = $8, reason = $9, sql_state = $10, raw = $11
     where run = $1 and entity = $2 and chunk = $3 and ordinal = $4`,
    [
      ...[runId, entity, chunk, of.ordinal],
      ...[now.stage, storable(now.key), now.rowid, now.property, storable(now.reason), now.sqlState],
      Buffer.from(now.raw, 'utf8'),
    ],
  );
}

/**
 * Counts rows of a chunk as loaded that were rejected. Those found after the load were never taken off their chunk's account, from which
 * the ledger's reader subtracts them while they are rejects.
 */
export async function moveAccount(
  session: Session,
  { schema, runId, entity, chunk }: LedgerChunk,
  { inserted, updated, skipped, checksum }: RowFates & { readonly checksum: string },
): Promise<void> {
  const table = `${ident(schema)}.chunk_load`;
  if (chunk < 0) {
    if (skipped === 0) return;
    // Which chunk had loaded them is not noted: they go off the first ones, as far as those have rows.
    await session.query(
      `update ${table} l set inserted = l.inserted - f.rows, skipped = l.skipped + f.rows
       from (select chunk, least(inserted, greatest(0, $3 - (sum(inserted) over (order by chunk) - inserted)))::bigint as rows
         from ${table} where run = $1 and entity = $2) f
       where l.run = $1 and l.entity = $2 and l.chunk = f.chunk and f.rows > 0`,
      [runId, entity, skipped],
    );
    return;
  }
  const { rows } = await session.query<{ checksum: string | null }>(
    `select checksum from ${table} where run = $1 and entity = $2 and chunk = $3`,
    [runId, entity, chunk],
  );
  await session.query(
    `update ${table} set inserted = inserted + $4, updated = updated + $5, skipped = skipped + $6,
       rejected = rejected - $4::bigint - $5::bigint - $6::bigint, checksum = $7
     where run = $1 and entity = $2 and chunk = $3`,
    [runId, entity, chunk, inserted, updated, skipped, sumOf([rows[0]?.checksum ?? '0', checksum])],
  );
}

/** Adds to the changes of a chunk. Those of orphans were counted when they were loaded first. */
export async function noteChanges(
  session: Session,
  { schema, runId, entity, chunk }: LedgerChunk,
  changes: readonly ChangeTally[],
): Promise<void> {
  if (chunk < 0) return;
  for (const { property, kind, count, sampleKeys } of changes) {
    await session.query(
      `insert into ${ident(schema)}.change_count as total (run, entity, chunk, property, kind, count, sample_keys)
       values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (run, entity, chunk, property, kind) do update set count = total.count + excluded.count`,
      [runId, entity, chunk, property, kind, count, sampleKeys.map(storable)],
    );
  }
}
