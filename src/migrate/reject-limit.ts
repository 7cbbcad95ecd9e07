import { MigrationError } from '../core/errors';

/** The most rejects a run may have: a number of rows, or a share of the rows to be read. */
export type RejectLimit =
  { readonly kind: 'rows'; readonly rows: number } | { readonly kind: 'percent'; readonly percent: number };

/** The limit in rows for a run over `totalRows` rows. */
export function allowedRejects(limit: RejectLimit, totalRows: number): number {
  if (limit.kind === 'rows') return limit.rows;
  // 0.57 % of 10,000 is 57, though a binary fraction makes it a little less.
  return Math.floor((limit.percent * totalRows) / 100 + 1e-6);
}

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
  return new MigrationError('TOO_MANY_REJECTS', `${rejected} rows are rejected, ${allowed} are allowed`, {
    hint: 'Look at rejects.jsonl. To accept them, resume with a higher --max-rejects; a mended mapping needs a new run.',
    facts: { rejected, allowed },
  });
}
