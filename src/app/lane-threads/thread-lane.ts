import { Worker } from 'node:worker_threads';
import { MigrationError } from '../../core/errors';
import type { Emit, EventName } from '../../core/run/events';
import type { LobFacts, ReadPlan } from '../../core/ports/legacy-source';
import type { LaneAccess } from '../../core/ports/target';
import type { LoadJob } from '../../migrate/jobs/entity-job';
import type { Lane, RunContext } from '../../migrate/load/lane';
import type { ChunkQueue, NumberedChunk } from '../../migrate/load/prepare-chunks';
import type { Answer, FromLane, LaneOrder, PostedJob, Question, ToLane } from './messages';
import { arrivedError, postedError } from './posted-error';

export interface ThreadLaneOptions {
  readonly order: Omit<LaneOrder, 'aborted' | 'place'>;
  readonly access: LaneAccess;
  /** What the LOBs weigh that the lanes read, measured once for all. */
  readonly lobFacts: (read: ReadPlan) => Promise<LobFacts>;
}

/** A thread that does not end by itself is ended after this long: it has nothing left to lose. */
const LAST_MOMENT_MS = 3_000;

/**
 * A lane in a thread of its own, with its own sessions to both databases. The thread starts with the first chunk that there is for
 * it. When it dies `load` rejects with LANE_LOST, and the next `load` starts another.
 */
export function openThreadLane({ emit, signal }: RunContext, options: ThreadLaneOptions): Lane {
  let thread: LaneThread | null = null;
  return {
    load: async (job, queue) => {
      const first = await queue.take();
      if (first === undefined) return;
      const lobs = await options.lobFacts(job.read).catch(() => null);
      thread = thread?.isAlive() === true ? thread : new LaneThread(options, { emit, signal });
      await thread.load({ ...job, lobs }, startingWith(first, queue));
    },
    close: async () => thread?.close(),
  };
}

/** The queue with a chunk that was taken from it put before the others. */
function startingWith(first: NumberedChunk, queue: ChunkQueue): ChunkQueue {
  let chunk: NumberedChunk | null = first;
  return {
    ...queue,
    take: () => {
      const next = chunk;
      chunk = null;
      return next ?? queue.take();
    },
  };
}

type MeasuredJob = LoadJob & Pick<PostedJob, 'lobs'>;

/** What a thread is loading, and how to say that it has ended. */
interface Work {
  readonly entity: string;
  readonly queue: ChunkQueue;
  readonly end: (error: Error | null) => void;
}

class LaneThread {
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  #alive = true;
  #work: Work | null = null;
  #fatal: unknown = null;
  readonly #abort = (): void => {
    this.#post({ kind: 'abort' });
  };

  constructor(
    readonly options: ThreadLaneOptions,
    readonly ui: { readonly emit: Emit; readonly signal: AbortSignal },
  ) {
    const { order, access } = options;
    const workerData: LaneOrder = { ...order, place: access.place, aborted: ui.signal.aborted };
    this.#worker = startWorker(workerData);
    this.#worker.on('message', (message: FromLane) => {
      this.#receive(message);
    });
    this.#worker.on('error', (error) => (this.#fatal = error));
    this.#ended = new Promise((resolve) => {
      this.#worker.once('exit', (code) => {
        this.#exited(code);
        resolve();
      });
    });
    ui.signal.addEventListener('abort', this.#abort);
  }

  isAlive(): boolean {
    return this.#alive;
  }

  load({ entity, fingerprint, read, load, lobs }: MeasuredJob, queue: ChunkQueue): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (error: Error | null): void => {
        this.#work = null;
        if (error === null) resolve();
        else reject(error);
      };
      this.#work = { entity, queue, end };
      this.#post({ kind: 'load', job: { entity, fingerprint, read, load, lobs } });
    });
  }

  async close(): Promise<void> {
    if (!this.#alive) return;
    this.#post({ kind: 'close' });
    const late = setTimeout(() => void this.#worker.terminate(), LAST_MOMENT_MS);
    await this.#ended;
    clearTimeout(late);
  }

  #post(message: ToLane): void {
    this.#worker.postMessage(message);
  }

  #receive(message: FromLane): void {
    if (message.kind === 'event') this.#emit(message);
    else if (message.kind === 'ask') void this.#answer(message.id, message.question);
    else if (message.kind === 'loaded') this.#loaded(message.chunk, message.rejected);
    else if (message.kind === 'failed') this.#work?.queue.failed(arrivedError(message.error));
    else this.#work?.end(message.error === null ? null : arrivedError(message.error));
  }

  #emit({ name, facts }: Extract<FromLane, { kind: 'event' }>): void {
    (this.ui.emit as (name: EventName, facts: unknown) => void)(name, facts);
  }

  #loaded(chunk: number, rejected: number): void {
    const queue = this.#work?.queue;
    try {
      queue?.loaded(chunk, rejected);
    } catch (error) {
      // The lane learns of it when it asks whether to go on.
      queue?.failed(error);
    }
  }

  async #answer(id: number, question: Question): Promise<void> {
    this.#post({ kind: 'answer', id, answer: await this.#answerTo(question) });
  }

  async #answerTo(question: Question): Promise<Answer> {
    try {
      const queue = this.#work?.queue;
      if (question === 'take') return { kind: 'value', value: (await queue?.take()) ?? null };
      if (question === 'halted') return { kind: 'value', value: (await queue?.halted()) ?? true };
      await this.options.access.assureClaim();
      return { kind: 'value', value: null };
    } catch (error) {
      return { kind: 'failure', error: postedError(error) };
    }
  }

  #exited(code: number): void {
    this.#alive = false;
    this.ui.signal.removeEventListener('abort', this.#abort);
    const { number } = this.options.order;
    if (this.#work !== null) this.#work.end(laneLost(number, this.#work.entity, this.#fatal ?? `exit code ${code}`));
  }
}

/** From the sources it runs under the same compiler as they do; from `dist` it needs none. */
function startWorker(workerData: LaneOrder): Worker {
  const file = require.resolve('./lane-thread');
  const execArgv = file.endsWith('.ts') ? ['-r', require.resolve('@swc-node/register')] : [];
  return new Worker(file, { workerData, execArgv });
}

function laneLost(lane: number, entity: string, reason: unknown): MigrationError {
  const why = reason instanceof Error ? nameOf(reason) : String(reason);
  return new MigrationError('LANE_LOST', `lane ${lane} died while it loaded ${entity}: ${why}`, {
    hint: 'Resume with a smaller number of --lanes.',
    facts: { lane, entity },
  });
}

/** Its message might quote a row, so that it becomes no cause either. */
function nameOf(error: Error & { readonly code?: string }): string {
  return error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'it ran out of memory' : (error.code ?? error.name);
}
