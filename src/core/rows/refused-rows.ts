import type { LegacyRow } from '../mapping/wire';

/** Why the source has not read a value of a row. */
export interface Refusal {
  readonly column: string;
  /** Without any part of the value. */
  readonly reason: string;
}

const REFUSALS = new WeakMap<LegacyRow, Refusal>();

/** Notes that a row is not to be taken, for one of its values is larger than may be read. */
export function refuseRow(row: LegacyRow, refusal: Refusal): void {
  REFUSALS.set(row, refusal);
}

export function refusalOf(row: LegacyRow): Refusal | undefined {
  return REFUSALS.get(row);
}
