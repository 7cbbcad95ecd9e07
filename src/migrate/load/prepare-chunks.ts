import type { Clock } from '../../core/clock';
import type { Emit } from '../../core/run/events';
import { LobTally } from '../../core/run/lob-speed';
import type { PreparedChunk } from '../../core/run/outcomes';
import type { ChunkBounds, LegacySource } from '../../core/ports/legacy-source';
import type { OpenSpill, Spill } from '../../core/ports/spill';
import type { Target } from '../../core/ports/target';
import { retrying, retryText } from '../../core/retrying';
import type { EntityJob } from '../jobs/entity-job';
import { readingPace, type ChunkInHand, type ReadingPace } from './reading-pace';
import { readingInPieces } from './read-in-pieces';

export interface ChunkReading {
  readonly source: LegacySource;
  readonly target: Pick<Target, 'lookUp'>;
  readonly job: EntityJob;
  readonly scn: string | null;
  readonly emit: Emit;
  readonly clock: Clock;
  /** Aborted: a source that is lost is not waited for. */
  readonly signal: AbortSignal;
  /** How long a lost source is waited for. */
  readonly reconnectMs: number;
  /** Where long values of a chunk go that are too many for the memory. */
  readonly openSpill: OpenSpill;
}

/** A chunk that is still to be loaded, with its number in the plan. */
export interface NumberedChunk {
  readonly number: number;
  readonly bounds: ChunkBounds;
}

/** Where a lane gets its chunks from; it may be in another thread, so that each answer can be waited for. */
export interface ChunkQueue {
  /** The next chunk, which is then the caller's; undefined when there is none. */
  take(): NumberedChunk | undefined | Promise<NumberedChunk | undefined>;
  /** True: the chunk in hand is the last. Once true, it stays so. */
  halted(): boolean | Promise<boolean>;
  /** A chunk of this lane is committed. May throw TOO_MANY_REJECTS; a queue in another thread halts instead. */
  loaded(chunk: number, rejected: number): void;
  /** A chunk cannot be loaded. Said at once: before its lane has cleared up, others could begin what is dropped now. */
  failed(error: unknown): void;
}

/**
 * The chunks of the queue, read and transformed; while the caller loads one, the first half of the next is being prepared, the
 * rest when it comes back for it. So a killed lane has at most one chunk wholly read in vain. A lost connection to the source
 * repeats the chunk from its first row. Ends early, after the chunk in hand, when the queue has halted.
 */
export async function* preparedChunks(reading: ChunkReading, queue: ChunkQueue): AsyncGenerator<PreparedChunk> {
  const abandon = new AbortController();
  const start = async (hand: ChunkInHand | null): Promise<PreparedChunk | null> => {
    const chunk = await queue.take();
    return chunk === undefined ? null : startPreparing({ ...reading, abandoned: abandon.signal, hand }, chunk);
  };
  let hand: ReturnType<typeof takeInHand> | null = null;
  let ahead: Promise<PreparedChunk | null> | null = (await queue.halted()) ? null : unheeded(start(null));
  try {
    while (ahead !== null && !(await queue.halted())) {
      const chunk: PreparedChunk | null = await ahead;
      if (chunk === null) break;
      hand = takeInHand(chunk);
      ahead = unheeded(start(hand));
      try {
        yield chunk;
      } finally {
        // Also where the load of it has failed: other entities go on, and need the room.
        chunk.release?.();
      }
      hand.putDown();
    }
  } finally {
    // A read that went on by itself would meet a closed pool, or hold a session that the next entity waits for.
    abandon.abort();
    hand?.putDown();
    const left = await ahead?.catch(() => null);
    left?.release?.();
  }
}

/** The failure is met when the chunk's turn comes; until then it must not count as unhandled. */
function unheeded<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  return work;
}

function takeInHand({ read }: PreparedChunk): ChunkInHand & { readonly putDown: () => void } {
  let putDown = (): void => undefined;
  const done = new Promise<void>((resolve) => {
    putDown = resolve;
  });
  return { rows: read, done, putDown };
}

interface AbandonableReading extends ChunkReading {
  /** Aborted: nobody waits for the chunk any more. */
  readonly abandoned: AbortSignal;
  /** What bounds the read; null for the first chunk. */
  readonly hand: ChunkInHand | null;
}

function startPreparing(reading: AbandonableReading, chunk: NumberedChunk): Promise<PreparedChunk> {
  const preparing = () => readingInPieces(reading, chunk, (source) => prepare({ ...reading, source }, chunk));
  return retrying(preparing, {
    clock: reading.clock,
    limitMs: reading.reconnectMs,
    signal: AbortSignal.any([reading.abandoned, reading.signal]),
    onRetry: (retry) => {
      reading.emit('notice', { message: `reading ${reading.job.entity}, chunk ${chunk.number}: ${retryText(retry)}` });
    },
  });
}

async function prepare(reading: AbandonableReading, chunk: NumberedChunk): Promise<PreparedChunk> {
  const pace = readingPace(reading.hand);
  await pace.begin();
  const spill = reading.openSpill();
  try {
    const prepared = await prepareWith(reading, chunk, { pace, spill });
    return {
      ...prepared,
      release: () => {
        spill.close();
      },
    };
  } catch (error) {
    spill.close();
    throw error;
  }
}

async function prepareWith(
  reading: AbandonableReading,
  chunk: NumberedChunk,
  { pace, spill }: { readonly pace: ReadingPace; readonly spill: Spill },
): Promise<PreparedChunk> {
  const { source, job, scn, emit, abandoned } = reading;
  const id = { entity: job.entity, chunk: chunk.number };
  const transformer = job.transformer(spill);
  emit('chunk:step', { ...id, step: 'reading' });
  const lobs = new LobTally();
  const read = { plan: job.read, scn, batchRows: pace.batchRows, lobs, spill };
  try {
    for await (const rows of source.read(read, chunk.bounds)) {
      // What is read so far is handed to nobody.
      if (abandoned.aborted) break;
      transformer.add(rows, await job.lookups?.find(rows, reading));
      await pace.next(rows.length);
    }
  } finally {
    const found = lobs.list();
    if (found.length > 0) emit('lobs:read', { ...id, lobs: found });
  }
  if (!abandoned.aborted) emit('chunk:step', { ...id, step: 'read' });
  return transformer.prepared(id);
}
