import { rowsLoaded } from '../../core/run/account';
import type { Clock } from '../../core/clock';
import { MigrationError } from '../../core/errors';
import type { Emit } from '../../core/run/events';
import type { ChunkResult, PreparedChunk } from '../../core/run/outcomes';
import type { LegacySource } from '../../core/ports/legacy-source';
import type { OpenSpill } from '../../core/ports/spill';
import type { ChunkLoader, Target } from '../../core/ports/target';
import { retrying, retryText } from '../../core/retrying';
import type { LoadJob } from '../jobs/entity-job';
import { preparedChunks, type ChunkQueue } from './prepare-chunks';
import type { RejectGauge } from './reject-gauge';

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
  /** How long a lost database is waited for. */
  readonly reconnectMs: number;
  /** See `ChunkReading`. */
  readonly openSpill: OpenSpill;
  readonly openLanes: OpenLanes;
}

/** What a lane needs of the run. The gauge of the rejects stays with whoever hands out the chunks. */
export type LaneContext = Omit<RunContext, 'gauge' | 'openLanes'>;

/** Opens all lanes of a run, wherever they are to run. */
export type OpenLanes = (context: RunContext) => Promise<readonly Lane[]>;

/** Opens the lane with this number, from 0 on. */
export type OpenLane = (context: RunContext, number: number) => Lane;

/** So many lanes. */
export function lanesBy(open: OpenLane, lanes: number): OpenLanes {
  return (context) => Promise.resolve(Array.from({ length: lanes }, (_, number) => open(context, number)));
}

/** One session of the source → transform → encode → one connection to the target. Holds a chunk in hand and half of the next, no more. */
export interface Lane {
  /**
   * Loads the chunks of an entity that the queue hands it, until there is none or the queue has halted. Rejects with what keeps
   * a chunk from being loaded, once the retries are used up; with LANE_LOST when the lane itself has died, which begins anew with
   * the next `load`.
   */
  load(job: LoadJob, queue: ChunkQueue): Promise<void>;
  close(): Promise<void>;
}

/** A lane within this process. It keeps nothing from one `load` to the next. */
export function openLane(context: LaneContext, number: number): Lane {
  return {
    load: async (job, queue) => {
      const connection = connect(context, job, number);
      try {
        for await (const chunk of preparedChunks({ ...context, job }, queue)) {
          try {
            const result = await connection.load(chunk);
            report(context, chunk, result);
            queue.loaded(chunk.id.chunk, result.kind === 'loaded' ? result.rejected : 0);
          } catch (error) {
            queue.failed(error);
            throw error;
          }
        }
      } finally {
        await connection.close();
      }
    },
    close: () => Promise.resolve(),
  };
}

interface Connection {
  load(chunk: PreparedChunk): Promise<ChunkResult>;
  close(): Promise<void>;
}

/** One connection to the target; a lost one is replaced and the chunk in hand sent again, which the fence makes safe. */
function connect(context: LaneContext, job: LoadJob, lane: number): Connection {
  const { target, runId, emit, clock, signal, reconnectMs: limitMs } = context;
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
  const load = (chunk: PreparedChunk): Promise<ChunkResult> =>
    retrying(() => attempt(chunk), {
      clock,
      limitMs,
      signal,
      onRetry: (retry) => {
        emit('notice', { message: `loading ${job.entity}, chunk ${chunk.id.chunk}: ${retryText(retry)}` });
      },
    });
  return { load, close };
}

function report({ emit }: LaneContext, chunk: PreparedChunk, result: ChunkResult): void {
  if (result.kind === 'already-loaded') {
    emit('chunk:loaded', { ...chunk.id, read: chunk.read, loaded: 0, skipped: 0, rejected: 0, already: true });
    return;
  }
  const { read, skipped, rejected } = result;
  emit('chunk:loaded', { ...chunk.id, read, loaded: rowsLoaded(result), skipped, rejected, already: false });
}
