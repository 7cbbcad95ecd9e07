import type { LegacySource, SnapshotRead } from '../../core/ports/legacy-source';
import type { NumberedChunk } from '../load/prepare-chunks';

/** Places of a table that a sample is taken from. */
const PLACES = 10;
/** Chunks by ROWID are of unequal size; with room to spare, most have their share of rows. */
const SPARE = 2;
/** Rows that a block or two may hold: chunks that are meant to be smaller are mostly empty. */
const LEAST_ROWS = 200;
/** A table is not cut finer, for the reading of a chunk ends with its share and each bound by key is a query of its own. */
const MOST_CHUNKS = SPARE * PLACES;

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

/** A place of the table: its first rows are taken, and more of them later where other places have too few. */
interface Place {
  readonly first: NumberedChunk;
  readonly again: NumberedChunk;
  given: number;
  mayHaveMore: boolean;
}

interface Left {
  rows: number;
  /** Not seen yet. */
  places: number;
}

/** Chunks at places spread evenly over the table, of each the first rows, as many as make up the sample together. */
export async function sampleChunks(source: LegacySource, { read, matching, rows }: SampleRequest): Promise<Sampled> {
  const size = Math.max(SPARE * Math.ceil(rows / PLACES), LEAST_ROWS, Math.ceil(matching / MOST_CHUNKS));
  const { chunks } = await source.planChunks(read, size);
  const count = Math.min(PLACES, chunks.length);
  const places = Array.from({ length: count }, (_, place) => Math.floor((place * chunks.length) / count)).flatMap(
    (number) => {
      const bounds = chunks[number];
      return bounds === undefined ? [] : [placeAt({ number, bounds }, chunks.length)];
    },
  );
  const left = { rows, places: places.length };
  return {
    source: {
      ...source,
      read: (asked, bounds) => sampledRows(source.read(asked, bounds), shareAt(bounds, places, left)),
    },
    chunks: [...places.map(({ first }) => first), ...places.map(({ again }) => again)],
  };
}

/** The second visit has bounds and a number of its own, by which it is told from the first. */
function placeAt(first: NumberedChunk, planned: number): Place {
  const again = { number: planned + first.number, bounds: { ...first.bounds } };
  return { first, again, given: 0, mayHaveMore: false };
}

/** What is taken of one read; `taken` is told at its end, so that a chunk which is read again has the same share. */
interface Share {
  readonly skip: number;
  readonly most: number;
  readonly taken: (rows: number) => void;
}

function shareAt(bounds: Parameters<LegacySource['read']>[1], places: readonly Place[], left: Left): Share {
  const revisited = places.find(({ again }) => again.bounds === bounds);
  if (revisited !== undefined) return shareOfSecondVisit(revisited, places, left);
  const place = places.find(({ first }) => first.bounds === bounds);
  const most = left.places > 0 ? Math.ceil(left.rows / left.places) : 0;
  const taken = (rows: number): void => {
    left.rows -= rows;
    left.places -= 1;
    if (place !== undefined) Object.assign(place, { given: rows, mayHaveMore: rows >= most });
  };
  return { skip: 0, most, taken };
}

/** What is still wanted is shared by the places that were cut off. */
function shareOfSecondVisit(place: Place, places: readonly Place[], left: Left): Share {
  const open = places.filter(({ mayHaveMore }) => mayHaveMore).length;
  const most = place.mayHaveMore ? Math.ceil(left.rows / open) : 0;
  const taken = (rows: number): void => {
    left.rows -= rows;
    place.mayHaveMore = false;
  };
  return { skip: place.given, most, taken };
}

async function* sampledRows<T>(
  batches: AsyncIterable<readonly T[]>,
  { skip, most, taken }: Share,
): AsyncGenerator<readonly T[]> {
  let passed = 0;
  if (most > 0) {
    for await (const rows of batches) {
      const some = rows.slice(Math.max(0, skip - passed), skip + most - passed);
      passed += rows.length;
      if (some.length > 0) yield some;
      if (passed >= skip + most) break;
    }
  }
  taken(Math.max(0, Math.min(passed - skip, most)));
}
