import { MigrationError, type ErrorCode } from '../../core/errors';
import { EntityDesk, unstarted, type EntityEnd } from './entity-desk';
import type { LoadJob } from '../jobs/entity-job';
import type { Lane, RunContext } from './lane';
import type { ChunkQueue, NumberedChunk } from './prepare-chunks';

/** After one of these no other entity can do better, so the run stops. */
const STOPS_THE_RUN: readonly ErrorCode[] = [
  'TOO_MANY_REJECTS',
  'SNAPSHOT_LOST',
  'SOURCE_UNREACHABLE',
  'TARGET_UNREACHABLE',
  'RUN_ACTIVE',
];

export interface LaneWork {
  /** By entity: about how many rows are still to be loaded. */
  readonly rowsLeft: ReadonlyMap<string, number>;
}

/**
 * Loads the entities over the lanes of the run: a single lane in order, several so that they end early. An entity starts when its parents have ended; one that fails blocks its
 * dependants by name, independent ones go on. What no entity accounts for stops all lanes after the chunk in hand and is thrown.
 */
export async function loadEntities(
  context: RunContext,
  jobs: readonly LoadJob[],
  work: LaneWork,
): Promise<EntityEnd[]> {
  const lanes = await context.openLanes(context);
  const coordinator = new Coordinator(context, jobs, { ...work, lanes: lanes.length });
  try {
    await Promise.all(lanes.map((lane) => coordinator.employ(lane)));
    return await coordinator.ends();
  } finally {
    await Promise.all(lanes.map((lane) => lane.close()));
  }
}

/** Sends the lanes to the entities' desks, all in the memory of this process: what is done stands in the ledger alone. */
class Coordinator {
  readonly #desks: readonly EntityDesk[];
  #crash: { readonly error: unknown } | null = null;
  #stopped = false;
  #changed = signalling();

  constructor(
    readonly context: RunContext,
    jobs: readonly LoadJob[],
    readonly work: LaneWork & { readonly lanes: number },
  ) {
    this.#desks = jobs.map((job) => new EntityDesk(job, work.rowsLeft.get(job.entity) ?? 0));
  }

  /** Resolves when there is nothing left for the lane. */
  async employ(lane: Lane): Promise<void> {
    for (let desk; (desk = await this.#nextDesk()) !== null;) await this.#work(lane, desk);
  }

  /** Throws what made a lane crash, when all lanes are back. */
  async ends(): Promise<EntityEnd[]> {
    if (this.#crash !== null) throw this.#crash.error;
    // A lane that died gave its chunk back, and the run was stopped before another took it.
    for (const desk of this.#desks) if (desk.isStarted && desk.end === null) await this.#finish(desk);
    return this.#desks.map((desk) => desk.end ?? unstarted(desk.job));
  }

  /** The first desk with work, entered; waits where all work that is left depends on what other lanes have in hand. */
  async #nextDesk(): Promise<EntityDesk | null> {
    while (!this.#halted()) {
      const desk = this.#freeDesk();
      if (desk !== null) {
        desk.enter(this.#nowMs());
        return desk;
      }
      if (this.#desks.every(({ end }) => end !== null)) return null;
      await this.#changed.happened;
    }
    return null;
  }

  /** Of the desks that may be worked at: the first for a single lane; for several the one with the longest way to go for each lane there. */
  #freeDesk(): EntityDesk | null {
    const free = this.#freeDesks();
    if (this.work.lanes === 1) return free[0] ?? null;
    const ways = this.#ways();
    const shares = free.map((desk) => (ways.get(desk) ?? 0) / (desk.lanes + 1));
    return free[shares.indexOf(Math.max(...shares))] ?? null;
  }

  /** By desk: rows from its start to the end of its last descendant; what waits for it counts as its own. */
  #ways(): ReadonlyMap<EntityDesk, number> {
    const ways = new Map<EntityDesk, number>();
    // From the last one: each is met once, by however many ways it can be reached.
    for (const desk of this.#desks.toReversed()) {
      const children = [...ways].filter(([{ job }]) => job.parents.includes(desk.job.entity));
      ways.set(desk, desk.rowsLeft + Math.max(0, ...children.map(([, way]) => way)));
    }
    return ways;
  }

  /** Blocks what it passes on its way and may no longer start. */
  #freeDesks(): EntityDesk[] {
    const free: EntityDesk[] = [];
    for (const [index, desk] of this.#desks.entries()) {
      if (!desk.hasWork) continue;
      const parents = this.#desks.filter(({ job }) => desk.job.parents.includes(job.entity));
      const failed = parents.find(({ end }) => end?.state === 'failed' || end?.state === 'blocked');
      // Of a cycle, those that come later are not waited for.
      const earlier = parents.filter((parent) => this.#desks.indexOf(parent) < index);
      if (failed !== undefined && !desk.isStarted) desk.block(failed.job.entity);
      else if (earlier.every(({ end }) => end !== null)) free.push(desk);
    }
    return free;
  }

  async #work(lane: Lane, desk: EntityDesk): Promise<void> {
    const taken = new Map<number, NumberedChunk>();
    try {
      await desk.open(() => this.#remainingToLoad(desk.job));
      await lane.load(desk.job, this.#queueAt(desk, taken));
    } catch (error) {
      if (error instanceof MigrationError && error.code === 'LANE_LOST')
        this.#recover(desk, [...taken.values()], error);
      else this.#fail(desk, error);
    }
    const isLast = desk.leave();
    if (isLast && this.#crash === null && (this.#halted() || !desk.hasWork)) await this.#finish(desk);
  }

  /** `taken` holds what the lane has taken and not loaded. */
  #queueAt(desk: EntityDesk, taken: Map<number, NumberedChunk>): ChunkQueue {
    return {
      take: () => {
        const chunk = desk.take();
        if (chunk !== undefined) taken.set(chunk.number, chunk);
        return chunk;
      },
      halted: () => this.#halted() || desk.failure !== null,
      loaded: (chunk, rejected) => {
        taken.delete(chunk);
        this.context.gauge.add(rejected);
      },
      failed: (error) => {
        this.#fail(desk, error);
      },
    };
  }

  #recover(desk: EntityDesk, chunks: readonly NumberedChunk[], { message }: MigrationError): void {
    const numbers = chunks.map(({ number }) => number).join(' and ');
    const left = chunks.length === 0 ? '' : `; chunk ${numbers} of ${desk.job.entity} goes to another lane`;
    this.context.emit('notice', { message: message + left });
    desk.takeBack(chunks);
    this.#tell();
  }

  async #remainingToLoad(job: LoadJob): Promise<NumberedChunk[]> {
    const chunks = await remainingChunks(this.context, job);
    if (chunks.length > 0) this.context.gauge.check();
    return chunks;
  }

  async #finish(desk: EntityDesk): Promise<void> {
    let left = 0;
    try {
      if (desk.failure === null) left = (await remainingChunks(this.context, desk.job)).length;
    } catch (error) {
      this.#fail(desk, error);
    }
    desk.close(left === 0 ? 'complete' : 'interrupted', this.#nowMs());
    this.#tell();
  }

  /** May be told of one error twice: by the lane as it happens, and by its end. */
  #fail(desk: EntityDesk, error: unknown): void {
    if (error instanceof MigrationError) this.#account(desk, error);
    else this.#crash ??= { error };
    this.#tell();
  }

  #account(desk: EntityDesk, error: MigrationError): void {
    // The limit is the run's: the entity that passed it has failed, those that other lanes were at have merely stopped.
    const isEcho = error.code === 'TOO_MANY_REJECTS' && this.#desks.some(({ failure }) => failure?.code === error.code);
    if (!isEcho) desk.fail(error);
    if (STOPS_THE_RUN.includes(error.code)) this.#stopped = true;
  }

  #halted(): boolean {
    return this.#stopped || this.#crash !== null || this.context.signal.aborted;
  }

  /** Wakes the lanes that wait for a change. */
  #tell(): void {
    const { happen } = this.#changed;
    this.#changed = signalling();
    happen();
  }

  #nowMs(): number {
    return this.context.clock.elapsedMs();
  }
}

function signalling(): { readonly happened: Promise<void>; readonly happen: () => void } {
  let happen = (): void => undefined;
  const happened = new Promise<void>((resolve) => {
    happen = resolve;
  });
  return { happened, happen };
}

async function remainingChunks({ target, runId }: RunContext, job: LoadJob): Promise<NumberedChunk[]> {
  const plan = await target.ledger.findPlan(runId, job.entity);
  if (plan === null) throw planMissing(job.entity);
  const loaded = await target.ledger.loadedChunks(runId, job.entity);
  return plan.chunks.map((bounds, number) => ({ number, bounds })).filter(({ number }) => !loaded.has(number));
}

function planMissing(entity: string): MigrationError {
  return new MigrationError('INTERNAL', `the ledger holds no chunk plan of ${entity}`, {
    hint: 'Report this with the log file.',
    facts: { entity },
  });
}
