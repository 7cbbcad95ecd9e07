import type { Clock } from '../core/clock';
import type { Emit } from '../core/events';
import type { PreparedChunk } from '../core/outcomes';
import type { ChunkBounds, LegacySource } from '../core/ports/legacy-source';
import { retrying } from '../core/retrying';
import type { EntityJob } from './entity-job';

export interface ChunkReading {
  readonly source: LegacySource;
  readonly job: EntityJob;
  readonly scn: string | null;
  readonly emit: Emit;
  readonly clock: Clock;
}

/** A chunk that is still to be loaded, with its number in the plan. */
export interface NumberedChunk {
  readonly number: number;
  readonly bounds: ChunkBounds;
}

/** Where a lane gets its chunks from. */
export interface ChunkQueue {
  /** The next chunk, which is then the caller's; undefined when there is none. */
  take(): NumberedChunk | undefined;
  /** True: the chunk in hand is the last. Once true, it stays so. */
  halted(): boolean;
  /** A chunk cannot be loaded. Said at once: before its lane has cleared up, others could begin what is dropped now. */
  failed(error: unknown): void;
}

/**
 * The chunks of the queue, read and transformed; while the caller loads one, the next is being prepared. A lost connection to the
 * source repeats the chunk from its first row. Ends early, after the chunk in hand, when the queue has halted.
 */
export async function* preparedChunks(reading: ChunkReading, queue: ChunkQueue): AsyncGenerator<PreparedChunk> {
  const abandon = new AbortController();
  const start = (): Promise<PreparedChunk> | null =>
    startPreparing({ ...reading, abandoned: abandon.signal }, queue.take());
  let ahead = queue.halted() ? null : start();
  try {
    while (ahead !== null && !queue.halted()) {
      const chunk: PreparedChunk = await ahead;
      ahead = start();
      yield chunk;
    }
  } finally {
    // A read that went on by itself would meet a closed pool, or hold a session that the next entity waits for.
    abandon.abort();
    await ahead?.catch(() => undefined);
  }
}

interface AbandonableReading extends ChunkReading {
  /** Aborted: nobody waits for the chunk any more. */
  readonly abandoned: AbortSignal;
}

function startPreparing(reading: AbandonableReading, chunk: NumberedChunk | undefined): Promise<PreparedChunk> | null {
  if (chunk === undefined) return null;
  const preparing = retrying(() => prepare(reading, chunk), {
    clock: reading.clock,
    signal: reading.abandoned,
    onRetry: (code, attempt) => {
      const message = `${reading.job.entity} chunk ${chunk.number}: ${code}, reading it again (attempt ${attempt + 1})`;
      reading.emit('notice', { message });
    },
  });
  // The failure is met when the chunk's turn comes; until then it must not count as unhandled.
  preparing.catch(() => undefined);
  return preparing;
}

async function prepare(reading: AbandonableReading, chunk: NumberedChunk): Promise<PreparedChunk> {
  const { source, job, scn, abandoned } = reading;
  const transformer = job.transformer();
  for await (const rows of source.read({ plan: job.read, scn }, chunk.bounds)) {
    // What is read so far is handed to nobody.
    if (abandoned.aborted) break;
    transformer.add(rows);
  }
  return transformer.prepared({ entity: job.entity, chunk: chunk.number });
}
