import type { MigrationError } from '../core/errors';
import type { EntityOutcome, EntityState } from '../core/outcomes';
import type { EntityJob } from './entity-job';
import type { NumberedChunk } from './prepare-chunks';

/** How the load of one entity ended; its rows are in the ledger. */
export type EntityEnd = Pick<EntityOutcome, 'entity' | 'state' | 'seconds' | 'code' | 'because'>;

/** Where the lanes fetch the chunks of one entity, each chunk once. */
export class EntityDesk {
  /** How the entity ended; null while it waits or is loaded. */
  end: EntityEnd | null = null;
  #opening: Promise<void> | null = null;
  /** Null before the ledger was asked. */
  #chunks: NumberedChunk[] | null = null;
  #lanes = 0;
  #startedMs: number | null = null;
  #failure: MigrationError | null = null;

  constructor(readonly job: EntityJob) {}

  get failure(): MigrationError | null {
    return this.#failure;
  }

  get isStarted(): boolean {
    return this.#startedMs !== null;
  }

  /** Whether a lane may still find a chunk here. */
  get hasWork(): boolean {
    return this.end === null && (this.#chunks === null || this.#chunks.length > 0);
  }

  /** A lane comes; nobody ends the entity before it has left. */
  enter(nowMs: number): void {
    this.#startedMs ??= nowMs;
    this.#lanes += 1;
  }

  /** True for the last lane at the desk. */
  leave(): boolean {
    this.#lanes -= 1;
    return this.#lanes === 0;
  }

  /** The first lane asks for the remaining chunks, the others wait for the answer. */
  open(remaining: () => Promise<NumberedChunk[]>): Promise<void> {
    this.#opening ??= remaining().then((chunks) => {
      this.#chunks = chunks;
    });
    return this.#opening;
  }

  /** The next chunk, which is then the caller's; undefined when there is none. */
  take(): NumberedChunk | undefined {
    return this.#chunks?.shift();
  }

  /** Drops the chunks that nobody has taken. The first failure is the entity's. */
  fail(error: MigrationError): void {
    this.#failure ??= error;
    this.#chunks = [];
  }

  close(state: EntityState, nowMs: number): void {
    const failure = this.#failure;
    const hint = failure?.hint === undefined ? '' : `. ${failure.hint}`;
    this.end = {
      entity: this.job.entity,
      state: failure === null ? state : 'failed',
      seconds: (nowMs - (this.#startedMs ?? nowMs)) / 1000,
      code: failure?.code ?? null,
      because: failure === null ? null : failure.message + hint,
    };
  }

  block(parent: string): void {
    this.end = { ...unstarted(this.job), state: 'blocked', because: `blocked by ${parent}` };
  }
}

/** The end of an entity that the run did not come to. */
export function unstarted({ entity }: EntityJob): EntityEnd {
  return { entity, state: 'not-started', seconds: 0, code: null, because: null };
}
