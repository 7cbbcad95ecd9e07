import { MigrationError } from '../../core/errors';
import type { Emit } from '../../core/run/events';
import { largeIn, unparked } from '../../core/rows/large-value';
import type { LegacyRow } from '../../core/mapping/wire';
import { Parking } from '../../core/rows/parking';
import type { ChunkBounds, ChunkRead, LegacySource } from '../../core/ports/legacy-source';
import type { Spill } from '../../core/ports/spill';
import { refusalOf } from '../../core/rows/refused-rows';
import { VALUE_LIMITS } from '../../core/rows/value-limits';
import type { EntityJob } from '../jobs/entity-job';

/** How often a chunk is halved: into sixteenths at the least. */
const MOST_HALVINGS = 4;

interface PieceReading {
  readonly source: LegacySource;
  readonly job: EntityJob;
  readonly scn: string | null;
  readonly emit: Emit;
}

/** A chunk, or a part of one that was cut smaller `halvings` times. */
interface Piece {
  readonly bounds: ChunkBounds;
  readonly halvings: number;
}

/**
 * Does `work`, which reads one chunk from the source that it is given. Where the source says that smaller pieces may help (undo of the
 * snapshot is overwritten, a LOB is gone), `work` is done anew with a source that reads the chunk in pieces, each for a shorter time. The pieces stay one chunk to everyone else.
 * Throws SNAPSHOT_LOST where that does not help.
 */
export async function readingInPieces<T>(
  reading: PieceReading,
  chunk: { readonly number: number; readonly bounds: ChunkBounds },
  work: (source: LegacySource) => Promise<T>,
): Promise<T> {
  const { source, job, emit } = reading;
  try {
    return await work(source);
  } catch (error) {
    const halves = await halvesAfter(error, reading, { bounds: chunk.bounds, halvings: 0 });
    const reason = error instanceof MigrationError ? error.message : '';
    const message = `${job.entity}, chunk ${chunk.number}: ${reason}; it is read again in smaller pieces`;
    emit('notice', { message });
    return await work({ ...source, read: (read) => readPieces(reading, read, halves) });
  }
}

/** Hands out a piece when it is read to its end: what one that fails had given would come again. */
async function* readPieces(
  reading: PieceReading,
  read: ChunkRead,
  pieces: readonly Piece[],
): AsyncGenerator<readonly LegacyRow[]> {
  const waiting = [...pieces].reverse();
  for (let piece = waiting.pop(); piece !== undefined; piece = waiting.pop()) {
    try {
      const batches: (readonly LegacyRow[])[] = [];
      const keep = keepingIn(read.spill);
      for await (const rows of reading.source.read(read, piece.bounds)) batches.push(rows.map(keep));
      for (const rows of batches) yield rows.map(whole);
    } catch (error) {
      waiting.push(...[...(await halvesAfter(error, reading, piece))].reverse());
    }
  }
}

/** Long values of a piece wait in the chunk's spill as far as they are too many for the memory. */
function keepingIn(spill: Spill | undefined): (row: LegacyRow) => LegacyRow {
  if (spill === undefined) return (row) => row;
  const parking = new Parking(spill, VALUE_LIMITS);
  // A row that its own source has refused is known by its identity.
  return (row) => (refusalOf(row) === undefined ? parking.keep([], row)[1] : row);
}

/** The row itself where nothing of it was parked: what its source has noted of it is known by its identity. */
function whole(row: LegacyRow): LegacyRow {
  return row.some((cell) => largeIn(cell)?.parked === true) ? row.map(unparked) : row;
}

/** Throws the error again where smaller pieces do not help, or there are none. */
async function halvesAfter(
  error: unknown,
  { source, job, scn }: PieceReading,
  { bounds, halvings }: Piece,
): Promise<readonly Piece[]> {
  const helps = error instanceof MigrationError && error.remedy === 'smaller-pieces' && halvings < MOST_HALVINGS;
  if (!helps) throw error;
  const halves = await source.halve({ plan: job.read, scn }, bounds);
  if (halves === null) throw error;
  return halves.map((half) => ({ bounds: half, halvings: halvings + 1 }));
}
