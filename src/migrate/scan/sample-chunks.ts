import type { LegacySource, SnapshotRead } from '../../core/ports/legacy-source';
import type { NumberedChunk } from '../prepare-chunks';

/** Places of a table that a sample is taken from. */
const PLACES = 10;
/** Chunks by ROWID are of unequal size; with room to spare, most have their share of rows. */
const SPARE = 2;
/** Rows that a block or two may hold: chunks that are meant to be smaller are mostly empty. */
const LEAST_ROWS = 200;
/** A large table is not cut finer: bounds by key are found by stepping through its index. */
const MOST_CHUNKS = 1_000;

/** What is read of one entity, and a source that reads no more of it. */
export interface Sampled {
  readonly source: LegacySource;
  readonly chunks: readonly NumberedChunk[];
}

export interface SampleRequest {
  readonly read: SnapshotRead;
  /** Rows that meet the condition of the read. */
  readonly matching: number;
  /** Rows that are wanted, about. */
  readonly rows: number;
}

/** Chunks at places spread evenly over the table, of each the first rows, as many as make up the sample together. */
export async function sampleChunks(source: LegacySource, { read, matching, rows }: SampleRequest): Promise<Sampled> {
  const size = Math.max(SPARE * Math.ceil(rows / PLACES), LEAST_ROWS, Math.ceil(matching / MOST_CHUNKS));
  const { chunks } = await source.planChunks(read, size);
  const places = Math.min(PLACES, chunks.length);
  const picked = Array.from({ length: places }, (_, place) => Math.floor((place * chunks.length) / places));
  const left = { rows, places };
  return {
    source: { ...source, read: (asked, bounds) => firstRows(source.read(asked, bounds), left) },
    chunks: picked.flatMap((number) => {
      const bounds = chunks[number];
      return bounds === undefined ? [] : [{ number, bounds }];
    }),
  };
}

/** A share of the rows that are left; what a place does not have is left to those after it. */
async function* firstRows<T>(
  batches: AsyncIterable<readonly T[]>,
  left: { rows: number; places: number },
): AsyncGenerator<readonly T[]> {
  const most = Math.ceil(left.rows / Math.max(1, left.places));
  let given = 0;
  if (most > 0) {
    for await (const rows of batches) {
      const some = rows.slice(0, most - given);
      given += some.length;
      yield some;
      if (given >= most) break;
    }
  }
  // Not before the end: a chunk that is read again has the same share.
  left.rows -= given;
  left.places -= 1;
}
