import { MigrationError, type ErrorCode } from '../core/errors';
import { EntityDesk, unstarted, type EntityEnd } from './entity-desk';
import type { EntityJob } from './entity-job';
import { openLane, type Lane, type RunContext } from './lane';
import type { NumberedChunk } from './prepare-chunks';

/** After one of these no other entity can do better, so the run stops. */
const STOPS_THE_RUN: readonly ErrorCode[] = [
  'TOO_MANY_REJECTS',
  'SNAPSHOT_LOST',
  'SOURCE_UNREACHABLE',
  'TARGET_UNREACHABLE',
];

/**
 * Loads the entities in order over `lanes` lanes. An entity starts when its parents have ended; one that fails blocks its
 * dependants by name, independent ones go on. What no entity accounts for stops all lanes after the chunk in hand and is thrown.
 */
export async function loadEntities(
  context: RunContext,
  jobs: readonly EntityJob[],
  lanes: number,
): Promise<EntityEnd[]> {
  const coordinator = new Coordinator(context, jobs);
  await Promise.all(Array.from({ length: lanes }, (_, number) => coordinator.employ(openLane(context, number))));
  return coordinator.ends();
}

/** Sends the lanes to the entities' desks, all in the memory of this process: what is done stands in the ledger alone. */
class Coordinator {
  readonly #desks: readonly EntityDesk[];
  #crash: { readonly error: unknown } | null = null;
  #stopped = false;
  #changed = signalling();

  constructor(
    readonly context: RunContext,
    jobs: readonly EntityJob[],
  ) {
    this.#desks = jobs.map((job) => new EntityDesk(job));
  }

  /** Resolves when there is nothing left for the lane. */
  async employ(lane: Lane): Promise<void> {
    for (let desk; (desk = await this.#nextDesk()) !== null;) await this.#work(lane, desk);
  }

  /** Throws what made a lane crash, when all lanes are back. */
  ends(): EntityEnd[] {
    if (this.#crash !== null) throw this.#crash.error;
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

  /** Blocks what it passes on its way and may no longer start. */
  #freeDesk(): EntityDesk | null {
    for (const [index, desk] of this.#desks.entries()) {
      if (!desk.hasWork) continue;
      const parents = this.#desks.filter(({ job }) => desk.job.parents.includes(job.entity));
      const failed = parents.find(({ end }) => end?.state === 'failed' || end?.state === 'blocked');
      // Of a cycle, those that come later are not waited for.
      const earlier = parents.filter((parent) => this.#desks.indexOf(parent) < index);
      if (failed !== undefined && !desk.isStarted) desk.block(failed.job.entity);
      else if (earlier.every(({ end }) => end !== null)) return desk;
    }
    return null;
  }

  async #work(lane: Lane, desk: EntityDesk): Promise<void> {
    try {
      await desk.open(() => this.#remainingToLoad(desk.job));
      await lane.load(desk.job, {
        take: () => desk.take(),
        halted: () => this.#halted() || desk.failure !== null,
        failed: (error) => {
          this.#fail(desk, error);
        },
      });
    } catch (error) {
      this.#fail(desk, error);
    }
    if (desk.leave() && this.#crash === null) await this.#finish(desk);
  }

  async #remainingToLoad(job: EntityJob): Promise<NumberedChunk[]> {
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
    return this.context.clock.now().getTime();
  }
}

function signalling(): { readonly happened: Promise<void>; readonly happen: () => void } {
  let happen = (): void => undefined;
  const happened = new Promise<void>((resolve) => {
    happen = resolve;
  });
  return { happened, happen };
}

async function remainingChunks({ target, runId }: RunContext, job: EntityJob): Promise<NumberedChunk[]> {
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
