import type { Clock } from '../core/clock';
import { MigrationError } from '../core/errors';
import type { Emit } from '../core/events';
import type { ChunkResult, PreparedChunk } from '../core/outcomes';
import type { LegacySource } from '../core/ports/legacy-source';
import type { ChunkLoader, Target } from '../core/ports/target';
import { retrying } from '../core/retrying';
import type { EntityJob } from './entity-job';
import { preparedChunks, type NumberedChunk } from './prepare-chunks';
import type { RejectGauge } from './reject-limit';

/** What a run shares among its entities. */
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

/** Loads the chunks that the ledger does not know yet. `interrupted` when the signal stopped it after the chunk in hand. */
export async function loadEntity(context: RunContext, job: EntityJob): Promise<'complete' | 'interrupted'> {
  const chunks = await remainingChunks(context, job);
  if (chunks.length > 0) context.gauge.check();
  const lane = openLane(context, job);
  try {
    for await (const chunk of preparedChunks({ ...context, job }, chunks, context.signal)) {
      report(context, chunk, await lane.load(chunk));
    }
  } finally {
    await lane.close();
  }
  const left = await remainingChunks(context, job);
  return left.length === 0 ? 'complete' : 'interrupted';
}

async function remainingChunks({ target, runId }: RunContext, job: EntityJob): Promise<NumberedChunk[]> {
  const plan = await target.ledger.findPlan(runId, job.entity);
  if (plan === null) throw planMissing(job.entity);
  const loaded = await target.ledger.loadedChunks(runId, job.entity);
  return plan.chunks.map((bounds, number) => ({ number, bounds })).filter(({ number }) => !loaded.has(number));
}

interface Lane {
  load(chunk: PreparedChunk): Promise<ChunkResult>;
  close(): Promise<void>;
}

/** One connection to the target; a lost one is replaced and the chunk in hand sent again, which the fence makes safe. */
function openLane({ target, runId, emit, clock }: RunContext, job: EntityJob): Lane {
  let loader: ChunkLoader | null = null;
  const attempt = async (chunk: PreparedChunk): Promise<ChunkResult> => {
    loader ??= await target.loader(job.load, { runId, lane: 0, emit });
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

function planMissing(entity: string): MigrationError {
  return new MigrationError('INTERNAL', `the ledger holds no chunk plan of ${entity}`, {
    hint: 'Report this with the log file.',
    facts: { entity },
  });
}
