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

/**
 * The chunks in order, read and transformed; while the caller loads one, the next is being prepared. A lost connection to the
 * source repeats the chunk from its first row. Ends early, after the chunk in hand, when `signal` is aborted.
 */
export async function* preparedChunks(
  reading: ChunkReading,
  chunks: readonly NumberedChunk[],
  signal: AbortSignal,
): AsyncGenerator<PreparedChunk> {
  let ahead = startPreparing(reading, chunks[0]);
  for (let index = 0; ahead !== null && !signal.aborted; index += 1) {
    const chunk: PreparedChunk = await ahead;
    ahead = startPreparing(reading, chunks[index + 1]);
    yield chunk;
  }
}

function startPreparing(reading: ChunkReading, chunk: NumberedChunk | undefined): Promise<PreparedChunk> | null {
  if (chunk === undefined) return null;
  const preparing = retrying(() => prepare(reading, chunk), {
    clock: reading.clock,
    onRetry: (code, attempt) => {
      const message = `${reading.job.entity} chunk ${chunk.number}: ${code}, reading it again (attempt ${attempt + 1})`;
      reading.emit('notice', { message });
    },
  });
  // The failure is met when the chunk's turn comes; until then it must not count as unhandled.
  preparing.catch(() => undefined);
  return preparing;
}

async function prepare({ source, job, scn }: ChunkReading, chunk: NumberedChunk): Promise<PreparedChunk> {
  const transformer = job.transformer();
  for await (const rows of source.read({ plan: job.read, scn }, chunk.bounds)) transformer.add(rows);
  return transformer.prepared({ entity: job.entity, chunk: chunk.number });
}
