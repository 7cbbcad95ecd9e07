/** Where a migration is, as its events tell. */
export type Phase = 'start' | 'plan' | 'set aside' | 'load' | 'restore' | 'finish' | 'validate';

export const PHASES: readonly Phase[] = ['start', 'plan', 'set aside', 'load', 'restore', 'finish', 'validate'];

/** One line of the NDJSON that `cutover migrate --json` prints; only what is used here. */
export interface Event {
  readonly event: string;
  readonly facts: {
    readonly entity?: string;
    readonly chunk?: number;
    readonly chunks?: number;
    readonly doneChunks?: number;
    readonly step?: string;
    readonly code?: string;
    readonly message?: string;
  };
}

/** What one start of a migration has done so far. */
export class Progress {
  phase: Phase = 'start';
  /** The chunk and step that were told last. */
  at = '';
  chunksLeft = 0;
  /** Committed by this start. */
  committed = 0;
  /** Of an `error` event, or of an entity that failed. */
  errorCode: string | null = null;
  readonly #entities: number;
  #planned = 0;
  readonly #begun = new Set<string>();
  readonly #read = new Set<string>();

  constructor(entities: number) {
    this.#entities = entities;
  }

  /** Chunks read to their end and, as far as the events tell, not committed. */
  get wholeInHand(): readonly string[] {
    return [...this.#read];
  }

  /** Chunks whose read has begun and has not ended. */
  get partlyRead(): readonly string[] {
    return [...this.#begun];
  }

  take({ event, facts }: Event): void {
    if (event === 'run:started') this.phase = 'plan';
    if (event === 'entity:planned') this.#plan(facts);
    if (event === 'chunk:step') this.#step(facts);
    if (event === 'chunk:loaded') this.#loaded(facts);
    if (event === 'entity:finished') this.phase = 'finish';
    if (event === 'run:finished') this.phase = 'validate';
    if (event === 'error' || event === 'run:failed' || event === 'entity:finished')
      this.errorCode ??= facts.code ?? null;
  }

  #plan({ chunks = 0, doneChunks = 0 }: Event['facts']): void {
    this.#planned += 1;
    this.chunksLeft += chunks - doneChunks;
    if (this.#planned === this.#entities) this.phase = this.chunksLeft === 0 ? 'restore' : 'set aside';
  }

  #step({ entity = '', chunk = 0, step = '' }: Event['facts']): void {
    const id = `${entity} ${chunk}`;
    this.phase = 'load';
    this.at = `${id} ${step}`;
    if (step === 'reading') this.#begun.add(id);
    if (step === 'read') this.#begun.delete(id);
    if (step === 'read') this.#read.add(id);
    if (step === 'committed') this.#read.delete(id);
  }

  #loaded({ entity = '', chunk = 0 }: Event['facts']): void {
    // A chunk that was found committed has told no such step.
    this.#read.delete(`${entity} ${chunk}`);
    this.committed += 1;
    this.chunksLeft -= 1;
    if (this.chunksLeft === 0) this.phase = 'restore';
  }
}
