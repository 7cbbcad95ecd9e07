import type { ChangeTally, ChunkId, Reject, RowFates } from '../../../core/run/outcomes';
import { storable } from '../../ledger/schema/storable';
import { bookedForAnotherSql, numberShared } from '../../ledger/written-by';
import { onlyRow, type Session } from '../../session/session';
import { columnList, ident } from '../../session/sql';

/** The chunk as the ledger's rows name it. */
export interface LedgerChunk extends ChunkId {
  readonly schema: string;
  readonly runId: string;
}

export interface ChunkCounts extends RowFates {
  readonly read: number;
  readonly rejected: number;
  readonly checksum: string;
}

/** The most parameters that a statement of the wire protocol can carry. */
const MOST_PARAMETERS = 65_535;
/** Keeps a statement small where rejects carry large objects. */
const MOST_BYTES = 4_000_000;

/**
 * Puts the chunk's row where its key lets only one transaction have it. False when the chunk is committed already; while another
 * transaction holds the key (a killed loader that still commits), this waits for its end.
 */
export async function takeFence(session: Session, chunk: LedgerChunk, lane: number): Promise<boolean> {
  const inserted = await session.query(
    `insert into ${ident(chunk.schema)}.chunk_load (run, entity, chunk, lane) values ($1, $2, $3, $4) on conflict do nothing`,
    [chunk.runId, chunk.entity, chunk.chunk, lane],
  );
  return inserted.rowCount === 1;
}

/** With the transaction itself, whose number is the xmin of every row it writes: nothing of a chunk is written under a savepoint. */
export async function recordCounts(session: Session, chunk: LedgerChunk, counts: ChunkCounts): Promise<void> {
  const { read, inserted, updated, skipped, rejected, checksum } = counts;
  const { rows } = await session.query<{ shared: boolean }>(
    `update ${ident(chunk.schema)}.chunk_load
     set read = $4, inserted = $5, updated = $6, skipped = $7, rejected = $8, checksum = $9,
       written_by = array[txid_current()], finished_at = clock_timestamp()
     where run = $1 and entity = $2 and chunk = $3
     returning ${bookedForAnotherSql(chunk.schema, 'txid_current()')} as shared`,
    [chunk.runId, chunk.entity, chunk.chunk, read, inserted, updated, skipped, rejected, checksum],
  );
  if (onlyRow(rows).shared) throw numberShared(chunk);
}

const REJECT_COLUMNS = [
  'run',
  'entity',
  'chunk',
  'ordinal',
  'stage',
  'key',
  'rowid',
  'property',
  'reason',
  'sql_state',
  'raw',
];

export async function recordRejects(session: Session, chunk: LedgerChunk, rejects: Iterable<Reject>): Promise<void> {
  await insertRows(
    session,
    { table: `${ident(chunk.schema)}.reject`, columns: REJECT_COLUMNS },
    rejectRows(chunk, rejects),
  );
}

/** One by one, for each holds a legacy row. */
function* rejectRows(chunk: LedgerChunk, rejects: Iterable<Reject>): Generator<readonly unknown[]> {
  let ordinal = -1;
  for (const reject of rejects) {
    ordinal += 1;
    yield [
      chunk.runId,
      chunk.entity,
      chunk.chunk,
      ordinal,
      reject.stage,
      storable(reject.key),
      reject.rowid,
      reject.property,
      storable(reject.reason),
      reject.sqlState,
      Buffer.from(reject.raw, 'utf8'),
    ];
  }
}

const CHANGE_COLUMNS = ['run', 'entity', 'chunk', 'property', 'kind', 'count', 'sample_keys'];

export async function recordChanges(
  session: Session,
  chunk: LedgerChunk,
  changes: readonly ChangeTally[],
): Promise<void> {
  const rows = changes.map(({ property, kind, count, sampleKeys }) => [
    chunk.runId,
    chunk.entity,
    chunk.chunk,
    property,
    kind,
    count,
    sampleKeys.map(storable),
  ]);
  await insertRows(session, { table: `${ident(chunk.schema)}.change_count`, columns: CHANGE_COLUMNS }, rows);
}

interface InsertInto {
  readonly table: string;
  readonly columns: readonly string[];
}

/** Parameterised inserts of many rows each, as many as the protocol and the size limit allow. */
async function insertRows(session: Session, into: InsertInto, rows: Iterable<readonly unknown[]>): Promise<void> {
  const mostRows = Math.floor(MOST_PARAMETERS / into.columns.length);
  let batch: (readonly unknown[])[] = [];
  let bytes = 0;
  for (const row of rows) {
    batch.push(row);
    bytes += sizeOf(row);
    if (batch.length === mostRows || bytes >= MOST_BYTES) {
      await insertBatch(session, into, batch);
      batch = [];
      bytes = 0;
    }
  }
  if (batch.length > 0) await insertBatch(session, into, batch);
}

async function insertBatch(
  session: Session,
  { table, columns }: InsertInto,
  rows: readonly (readonly unknown[])[],
): Promise<void> {
  const tuples = rows.map(
    (_, row) => `(${columns.map((__, column) => `$${row * columns.length + column + 1}`).join(', ')})`,
  );
  await session.query(`insert into ${table} (${columnList(columns)}) values ${tuples.join(', ')}`, rows.flat(1));
}

function sizeOf(row: readonly unknown[]): number {
  const sizes = row.map((cell) => (typeof cell === 'string' || Buffer.isBuffer(cell) ? cell.length : 0));
  return sizes.reduce((sum, size) => sum + size, 0);
}
