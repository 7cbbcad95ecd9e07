import { MigrationError } from '../core/errors';

/** The most rejects a run may have: a number of rows, or a share of the rows to be read. */
export type RejectLimit =
  { readonly kind: 'rows'; readonly rows: number } | { readonly kind: 'percent'; readonly percent: number };

/** The limit in rows for a run over `totalRows` rows. */
export function allowedRejects(limit: RejectLimit, totalRows: number): number {
  return limit.kind === 'rows' ? limit.rows : Math.floor((limit.percent / 100) * totalRows);
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
    if (this.#rejected > this.allowed) throw tooManyRejects(this.#rejected, this.allowed);
  }
}

function tooManyRejects(rejected: number, allowed: number): MigrationError {
  return new MigrationError('TOO_MANY_REJECTS', `${rejected} rows are rejected, ${allowed} are allowed`, {
    hint: 'Look at rejects.jsonl, mend the mapping or the data, or allow more with --max-rejects.',
    facts: { rejected, allowed },
  });
}
