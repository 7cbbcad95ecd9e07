/** A chunk that is read and not yet committed. */
export interface ChunkInHand {
  readonly rows: number;
  /** Resolves when the lane is done with it. */
  readonly done: Promise<void>;
}

/** How far a chunk may be read. */
export interface ReadingPace {
  /** Most rows to be asked for at a time. */
  readonly batchRows: number;
  /** Resolves when the first batch may be asked for. */
  begin(): Promise<void>;
  /** Resolves when the batch after one of so many rows may be asked for. */
  next(rows: number): Promise<void>;
}

/** A source fetches one batch while another is used: the two are the half that may be fetched ahead. */
const BATCHES_AHEAD = 2;
/** Smaller ones are not worth their round trips. */
const SMALLEST_BATCH = 100;

/**
 * The pace beside a chunk in hand: half as many rows as that one has, then nothing before it is done. So a process that is killed has
 * at most one chunk for each lane wholly read in vain. Without a chunk in hand (null) there is no bound.
 */
export function readingPace(hand: ChunkInHand | null): ReadingPace {
  const mostAhead = (hand?.rows ?? Infinity) / 2;
  const half = Math.floor(mostAhead / BATCHES_AHEAD);
  // Beside a chunk of few rows nothing is fetched before it is done, and nothing bounds a batch afterwards.
  const batchRows = half < SMALLEST_BATCH ? Infinity : half;
  let fetched = 0;
  const untilThereIsRoomFor = async (rows: number): Promise<void> => {
    if (fetched + BATCHES_AHEAD * rows > mostAhead) await hand?.done;
  };
  return {
    batchRows,
    begin: () => untilThereIsRoomFor(hand === null ? 0 : batchRows),
    next: (rows) => {
      fetched += rows;
      return untilThereIsRoomFor(rows);
    },
  };
}
