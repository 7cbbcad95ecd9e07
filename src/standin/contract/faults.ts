import { OraError } from './ora-error';

/** What a stand-in does wrong on demand. Each is spent after `times` occurrences (absent: goes on for ever). */
export interface Faults {
  /** The connection is destroyed once this many rows were fetched over the whole server. */
  readonly dropAfterRows?: { readonly rows: number; readonly times?: number };
  /** The error `ora` at the nth fetch call (1-based) over the whole server. */
  readonly errorAtFetch?: { readonly fetch: number; readonly ora: number; readonly times?: number };
  /** The listener refuses connections with the error `ora`, 12516 where absent. */
  readonly refuseLogins?: { readonly ora?: number; readonly times?: number };
  /** Each call takes this much longer. */
  readonly latencyMs?: { readonly ms: number; readonly times?: number };
}

const NO_HANDLER = 12516;

/** What Oracle says with the numbers that are asked for most. */
const WORDS: Readonly<Record<number, string>> = {
  1555: 'snapshot too old: rollback segment number 1 with name "_SYSSMU1$" too small',
  1652: 'unable to extend temp segment by 128 in tablespace TEMP',
  1877: 'string is too long for internal buffer',
  12592: 'TNS:bad packet',
  22922: 'nonexistent LOB value',
  25408: 'can not safely replay call',
};

/** Counts what happens on a server and says when a fault is due. */
export class FaultPlan {
  #faults: Faults = {};
  #rows = 0;
  #fetches = 0;
  readonly #left = new Map<keyof Faults, number>();

  /** Replaces all faults; counting starts anew. */
  set(faults: Faults): void {
    this.#faults = faults;
    this.#rows = 0;
    this.#fetches = 0;
    this.#left.clear();
    for (const [name, fault] of Object.entries(faults) as [keyof Faults, { times?: number } | undefined][]) {
      if (fault) this.#left.set(name, fault.times ?? Infinity);
    }
  }

  /** The listener's error for a new connection, if it is to be refused. */
  refusal(): number | undefined {
    return this.#spend('refuseLogins') ? (this.#faults.refuseLogins?.ora ?? NO_HANDLER) : undefined;
  }

  /** To be asked with each batch of rows before it is sent. */
  dropsAfter(rows: number): boolean {
    const fault = this.#faults.dropAfterRows;
    this.#rows += rows;
    if (!fault || this.#rows < fault.rows || !this.#spend('dropAfterRows')) return false;
    this.#rows = 0;
    return true;
  }

  /** To be asked with each fetch call. Throws the error whose turn has come. */
  beforeFetch(): void {
    const fault = this.#faults.errorAtFetch;
    this.#fetches++;
    if (!fault || this.#fetches < fault.fetch || !this.#spend('errorAtFetch')) return;
    this.#fetches = 0;
    throw new OraError(fault.ora, WORDS[fault.ora] ?? 'raised on demand');
  }

  /** Milliseconds by which the call at hand is to be delayed. */
  latency(): number {
    return this.#faults.latencyMs && this.#spend('latencyMs') ? this.#faults.latencyMs.ms : 0;
  }

  #spend(name: keyof Faults): boolean {
    const left = this.#left.get(name) ?? 0;
    if (left <= 0) return false;
    this.#left.set(name, left - 1);
    return true;
  }
}
