import { MigrationError } from '../../core/errors';
import type { EntityOutcome, EntityState } from '../../core/run/outcomes';
import type { LoadJob } from '../jobs/entity-job';
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
  #chunksAtFirst = 0;
  /** By chunk: how many lanes have died with it in hand; those that died without any count for chunk NONE. */
  readonly #deaths = new Map<number, number>();
  #lanes = 0;
  #startedMs: number | null = null;
  #failure: MigrationError | null = null;

  /** `rows`: about how many are still to be loaded. */
  constructor(
    readonly job: LoadJob,
    readonly rows: number,
  ) {}

  get failure(): MigrationError | null {
    return this.#failure;
  }

  get isStarted(): boolean {
    return this.#startedMs !== null;
  }

  /** How many are at it. */
  get lanes(): number {
    return this.#lanes;
  }

  /** Whether a lane may still find a chunk here. */
  get hasWork(): boolean {
    return this.end === null && (this.#chunks === null || this.#chunks.length > 0);
  }

  /** About how many rows nobody has taken yet: chunks are cut to equal sizes. */
  get rowsLeft(): number {
    if (this.#chunks === null || this.#chunksAtFirst === 0) return this.rows;
    return (this.rows * this.#chunks.length) / this.#chunksAtFirst;
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
      this.#chunksAtFirst = chunks.length;
    });
    return this.#opening;
  }

  /** The next chunk, which is then the caller's; undefined when there is none. */
  take(): NumberedChunk | undefined {
    return this.#chunks?.shift();
  }

  /**
   * Takes back what a lane had taken when it died. Another one may try: the fence keeps a chunk from being loaded twice. After a
   * second death over the same chunk the entity has failed.
   */
  takeBack(chunks: readonly NumberedChunk[]): void {
    const numbers = chunks.length === 0 ? [NONE] : chunks.map(({ number }) => number);
    for (const number of numbers) this.#deaths.set(number, (this.#deaths.get(number) ?? 0) + 1);
    const fatal = numbers.find((number) => (this.#deaths.get(number) ?? 0) > 1);
    if (fatal !== undefined) this.fail(lanesKeepDying(this.job.entity, fatal));
    else if (this.#failure === null) this.#chunks?.unshift(...chunks);
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

const NONE = -1;

function lanesKeepDying(entity: string, chunk: number): MigrationError {
  const work = chunk === NONE ? `began with ${entity}` : `had chunk ${chunk} of ${entity} in hand`;
  return new MigrationError('LANE_LOST', `two lanes have died while they ${work}`, {
    hint: 'The log says how. Where memory was short, start a new run with a smaller --batch-size; else resume with --lanes 1.',
    facts: { entity, chunk: chunk === NONE ? null : chunk },
  });
}

/** The end of an entity that the run did not come to. */
export function unstarted({ entity }: LoadJob): EntityEnd {
  return { entity, state: 'not-started', seconds: 0, code: null, because: null };
}
