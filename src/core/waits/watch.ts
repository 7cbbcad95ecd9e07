import { MigrationError } from '../errors';
import { within } from './within';
import { atWorkText, lockText, SIDES, silenceText, type LockWait, type Side } from './wait-text';

/** What another session of the same database says of one that is silent. */
export type Look =
  | { readonly state: 'at-work' }
  /** The server has answered, or knows no such session: no answer will come. */
  | { readonly state: 'gone' }
  /** Nobody could be asked. */
  | { readonly state: 'unknown' }
  | ({ readonly state: 'lock' } & LockWait);

/** An answer that is owed by a session. */
export interface Question {
  readonly side: Side;
  /** What was asked, for people, without values: `commit`, `select count(*) from coil`. */
  readonly asked: string;
  /** `soon`: it takes no long work (login, fetch, COPY data, commit). `later`: it may (count, index, sort). */
  readonly due: 'soon' | 'later';
  /** Changes with every byte that comes or goes. */
  readonly progress: () => number;
  readonly look: () => Promise<Look>;
  /** Cuts the session off, so that nothing more comes of it on this side. */
  readonly giveUp: () => void;
}

/** How long silence is borne, in milliseconds, and who is told of it. */
export interface Patience {
  /** An answer that is due soon is given up after so long a silence; any other where the database cannot be asked, after six times as long. */
  readonly stallTimeoutMs: number;
  /** Silence is told from here on, at growing intervals. */
  readonly tellAfterMs: number;
  /** A lock that is waited for, likewise. */
  readonly tellLockAfterMs: number;
  readonly tell: (message: string) => void;
}

/** Of an answer that is due soon, and of a lock that somebody else holds. */
export const DEFAULT_STALL_TIMEOUT_MS = 600_000;
export const DEFAULT_LOCK_TIMEOUT_MS = 60_000;

const TELL_AFTER_MS = 30_000;
const TELL_LOCK_AFTER_MS = 5_000;

/** Patience unless told otherwise; `tell` hears what is waited for, a lock in time before it is given up: the error names who holds it. */
export function patience(
  tell: (message: string) => void,
  stallTimeoutMs = DEFAULT_STALL_TIMEOUT_MS,
  lockTimeoutMs = DEFAULT_LOCK_TIMEOUT_MS,
): Patience {
  const tellAfterMs = Math.min(TELL_AFTER_MS, stallTimeoutMs / 2);
  const tellLockAfterMs = Math.min(TELL_LOCK_AFTER_MS, tellAfterMs, lockTimeoutMs / 2);
  return { stallTimeoutMs, tellAfterMs, tellLockAfterMs, tell };
}

/** For an answer about a session that is silent. */
const LOOK_MS = 10_000;

/** Where no database can be asked about a statement that may take long. */
const TIMES_UNASKED = 6;

/**
 * Waits for the answer and says so where none comes. Silence alone never ends a statement that may be long while its database says that it
 * is at work. Rejects with SOURCE_UNREACHABLE or TARGET_UNREACHABLE where it is given up.
 */
export function watched<T>(patience: Patience, question: Question, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const watch = new Watch(patience, question, reject);
    answer.then(
      (value) => {
        watch.end();
        resolve(value);
      },
      (error: unknown) => {
        watch.end();
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- passed on as it came
        reject(error);
      },
    );
  });
}

class Watch {
  readonly #since = new Date();
  readonly #tickMs: number;
  #timer: NodeJS.Timeout | null;
  #tickedMs = performance.now();
  #seen: number;
  /** Without a byte in either direction. */
  #silentMs = 0;
  #nextTellMs: number;
  #nextLimitMs: number;

  constructor(
    readonly patience: Patience,
    readonly question: Question,
    readonly reject: (error: MigrationError) => void,
  ) {
    const { stallTimeoutMs, tellAfterMs, tellLockAfterMs } = patience;
    this.#tickMs = Math.min(tellLockAfterMs, tellAfterMs, stallTimeoutMs);
    this.#nextTellMs = tellLockAfterMs;
    this.#nextLimitMs = stallTimeoutMs;
    this.#seen = question.progress();
    this.#timer = this.#later();
  }

  end(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #later(): NodeJS.Timeout {
    return setTimeout(() => void this.#tick(), this.#tickMs);
  }

  async #tick(): Promise<void> {
    const nowMs = performance.now();
    // A process that was stopped has not read what came in the meantime: its sleep is no silence of the other side.
    const passedMs = Math.min(nowMs - this.#tickedMs, 2 * this.#tickMs);
    this.#tickedMs = nowMs;
    if (this.#hasMoved()) this.#begin();
    else this.#silentMs += passedMs;
    if (this.#silentMs >= Math.min(this.#nextTellMs, this.#nextLimitMs)) await this.#judge();
    if (this.#timer !== null) this.#timer = this.#later();
  }

  #hasMoved(): boolean {
    const before = this.#seen;
    this.#seen = this.question.progress();
    return this.#seen !== before;
  }

  /** Something came or went: the silence begins anew. */
  #begin(): void {
    this.#silentMs = 0;
    this.#nextTellMs = this.patience.tellLockAfterMs;
    this.#nextLimitMs = this.patience.stallTimeoutMs;
  }

  async #judge(): Promise<void> {
    const look = await this.#look();
    // The answer may have come, or a part of it, while the question was asked.
    if (this.#timer === null || this.#hasMoved()) return;
    // Nobody is to hear of a session that was given up who has not heard that it was silent.
    this.#tell(look);
    if (this.#silentMs < this.#nextLimitMs) return;
    if (this.#isHopeless(look)) this.#giveUp();
    else this.#nextLimitMs += this.patience.stallTimeoutMs;
  }

  /** The question may be as silent as the session that it is about. */
  async #look(): Promise<Look> {
    let seen: Look = { state: 'unknown' };
    const looking = this.question.look().then((look) => {
      seen = look;
    });
    await within(Math.min(LOOK_MS, this.patience.tellAfterMs), looking).catch(() => undefined);
    return seen;
  }

  #isHopeless({ state }: Look): boolean {
    if (this.question.due === 'soon' || state === 'gone') return true;
    return state === 'unknown' && this.#silentMs >= TIMES_UNASKED * this.patience.stallTimeoutMs;
  }

  #tell(look: Look): void {
    if (this.#silentMs < this.#nextTellMs) return;
    const { tellAfterMs, tell } = this.patience;
    const wait = { ...this.question, since: this.#since, silentMs: this.#silentMs };
    if (look.state === 'lock') tell(lockText(wait, look));
    else if (this.#silentMs >= tellAfterMs) tell(look.state === 'at-work' ? atWorkText(wait) : silenceText(wait));
    this.#nextTellMs = look.state === 'lock' || this.#silentMs >= tellAfterMs ? 2 * this.#silentMs : tellAfterMs;
  }

  #giveUp(): void {
    this.end();
    const { side, asked } = this.question;
    this.question.giveUp();
    this.reject(noAnswer(side, { asked, silentMs: this.#silentMs }));
  }
}

function noAnswer(
  side: Side,
  { asked, silentMs }: { readonly asked: string; readonly silentMs: number },
): MigrationError {
  const { code, name } = SIDES[side];
  const seconds = Math.round(silentMs / 1000);
  return new MigrationError(code, `${name} has not answered for ${seconds} s: ${asked}`, {
    hint: 'Check that its server runs and that no firewall drops the connection; if it may take longer, raise --stall-timeout.',
    facts: { asked, seconds },
  });
}
