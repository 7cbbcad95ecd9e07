import { MigrationError } from '../core/errors';
import type { Emit } from '../core/events';
import type { LegacyRow } from '../core/mapping/wire';
import type { ChunkBounds, ChunkRead, LegacySource } from '../core/ports/legacy-source';
import type { EntityJob } from './entity-job';

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
 * Does `work`, which reads one chunk from the source that it is given. Where the undo of the snapshot is overwritten meanwhile, `work`
 * is done anew with a source that reads the chunk in pieces, each for a shorter time. The pieces stay one chunk to everyone else.
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
    const message = `${job.entity}, chunk ${chunk.number}: undo of the snapshot is overwritten, reading it in smaller pieces`;
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
      for await (const rows of reading.source.read(read, piece.bounds)) batches.push(rows);
      yield* batches;
    } catch (error) {
      waiting.push(...[...(await halvesAfter(error, reading, piece))].reverse());
    }
  }
}

/** Throws the error again where smaller pieces do not help, or there are none. */
async function halvesAfter(
  error: unknown,
  { source, job, scn }: PieceReading,
  { bounds, halvings }: Piece,
): Promise<readonly Piece[]> {
  const helps = error instanceof MigrationError && error.facts['inPieces'] === true && halvings < MOST_HALVINGS;
  if (!helps) throw error;
  const halves = await source.halve({ plan: job.read, scn }, bounds);
  if (halves === null) throw error;
  return halves.map((half) => ({ bounds: half, halvings: halvings + 1 }));
}
