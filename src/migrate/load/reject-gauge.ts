import { are, counted, grouped } from '../../core/counted';
import { MigrationError } from '../../core/errors';

/** Counts the rejects of a run against its limit. */
export class RejectGauge {
  #rejected: number;

  /** `rejected`: what earlier starts of the run have rejected already. */
  constructor(
    readonly allowed: number,
    rejected = 0,
    readonly mode: 'load' | 'rehearse' = 'load',
  ) {
    this.#rejected = rejected;
  }

  /** Throws TOO_MANY_REJECTS when the limit is passed. */
  add(rejected: number): void {
    this.#rejected += rejected;
    this.check();
  }

  /** The same, before anything is added: a run that is resumed may have passed its limit already. */
  check(): void {
    if (this.#rejected <= this.allowed) return;
    throw tooManyRejects({ rejected: this.#rejected, allowed: this.allowed, hint: HINTS[this.mode] });
  }
}

/** A rehearsal leaves nothing that could be resumed. */
const HINTS = {
  load: 'Look at rejects.jsonl. To accept them, resume with a higher --max-rejects; a corrected mapping needs a new run.',
  rehearse: 'Look at rejects_rehearsal.jsonl. To see what else is rejected, rehearse again with --max-rejects 100%.',
} as const;

function tooManyRejects({
  rejected,
  allowed,
  hint,
}: {
  readonly rejected: number;
  readonly allowed: number;
  readonly hint: string;
}): MigrationError {
  return new MigrationError(
    'TOO_MANY_REJECTS',
    `${counted(rejected, 'row')} ${are(rejected)} rejected, ${grouped(allowed)} ${are(allowed)} allowed`,
    {
      hint,
      facts: { rejected, allowed },
    },
  );
}
