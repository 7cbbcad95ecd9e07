import type { Clock } from '../core/clock';
import { MigrationError } from '../core/errors';
import type { Emit } from '../core/events';
import type { ChunkResult, PreparedChunk } from '../core/outcomes';
import type { LegacySource } from '../core/ports/legacy-source';
import type { ChunkLoader, Target } from '../core/ports/target';
import { retrying } from '../core/retrying';
import type { EntityJob } from './entity-job';
import { preparedChunks, type ChunkQueue } from './prepare-chunks';
import type { RejectGauge } from './reject-limit';

/** What a run shares among its entities and lanes. */
export interface RunContext {
  readonly source: LegacySource;
  readonly target: Target;
  readonly runId: string;
  readonly scn: string | null;
  readonly gauge: RejectGauge;
  readonly emit: Emit;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** One session of the source → transform → encode → one connection to the target. Holds a chunk in hand and one read ahead, no more. */
export interface Lane {
  /**
   * Loads the chunks of an entity that the queue hands it, until there is none or the queue has halted. Rejects with what keeps
   * a chunk from being loaded, once the retries are used up.
   */
  load(job: EntityJob, queue: ChunkQueue): Promise<void>;
}

/** A lane within this process. It keeps nothing from one `load` to the next. */
export function openLane(context: RunContext, number: number): Lane {
  return {
    load: async (job, queue) => {
      const connection = connect(context, job, number);
      try {
        for await (const chunk of preparedChunks({ ...context, job }, queue)) {
          try {
            report(context, chunk, await connection.load(chunk));
          } catch (error) {
            queue.failed(error);
            throw error;
          }
        }
      } finally {
        await connection.close();
      }
    },
  };
}

interface Connection {
  load(chunk: PreparedChunk): Promise<ChunkResult>;
  close(): Promise<void>;
}

/** One connection to the target; a lost one is replaced and the chunk in hand sent again, which the fence makes safe. */
function connect({ target, runId, emit, clock }: RunContext, job: EntityJob, lane: number): Connection {
  let loader: ChunkLoader | null = null;
  const attempt = async (chunk: PreparedChunk): Promise<ChunkResult> => {
    loader ??= await target.loader(job.load, { runId, lane, emit });
    try {
      return await loader.load(chunk);
    } catch (error) {
      if (error instanceof MigrationError && error.retryable) await close();
      throw error;
    }
  };
  const close = async (): Promise<void> => {
    const closing = loader;
    loader = null;
    await closing?.close();
  };
  const onRetry = (code: string, tries: number): void => {
    emit('notice', { message: `${job.entity}: ${code}, sending the chunk again (attempt ${tries + 1})` });
  };
  return { load: (chunk) => retrying(() => attempt(chunk), { clock, onRetry }), close };
}

function report({ emit, gauge }: RunContext, chunk: PreparedChunk, result: ChunkResult): void {
  if (result.kind === 'already-loaded') {
    emit('chunk:loaded', { ...chunk.id, read: chunk.read, loaded: 0, rejected: 0, already: true });
    return;
  }
  const { read, loaded, rejected } = result;
  emit('chunk:loaded', { ...chunk.id, read, loaded, rejected, already: false });
  gauge.add(rejected);
}
