import { are, counted, grouped } from '../../core/counted';
import { MigrationError } from '../../core/errors';

/** Counts the rejects of a run against its limit. */
export class RejectGauge {
  #rejected: number;

  /** `rejected`: what earlier starts of the run have rejected already. */
  constructor(
    readonly allowed: number,
    rejected = 0,
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
    if (this.#rejected > this.allowed) throw tooManyRejects(this.#rejected, this.allowed);
  }
}

function tooManyRejects(rejected: number, allowed: number): MigrationError {
  return new MigrationError(
    'TOO_MANY_REJECTS',
    `${counted(rejected, 'row')} ${are(rejected)} rejected, ${grouped(allowed)} ${are(allowed)} allowed`,
    {
      hint: 'Look at rejects.jsonl. To accept them, resume with a higher --max-rejects; a mended mapping needs a new run.',
      facts: { rejected, allowed },
    },
  );
}
