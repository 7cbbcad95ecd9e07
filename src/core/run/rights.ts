import type { Cure } from './cures';

/** What a run does that takes a right. */
export type RightNeed =
  /** Reading its rows, for counts, parents, comparisons. */
  | 'read'
  | 'insert'
  /** Of orphans that a policy moves to the rejects. */
  | 'delete'
  /** Of orphans whose key a policy clears, and of rows that `--on-conflict update` overwrites. */
  | 'update'
  /** Dropping foreign keys for the load and restoring them. */
  | 'keys'
  /** Reading and dropping keys of other tables that lead here, as `reset` and `repair` do. */
  | 'referring'
  /** Dropping keys of other tables that are NOT VALID while orphans are moved. */
  | 'unchecked-keys'
  /** Drawing the default of a column that the load does not write. */
  | 'default'
  /** Setting the sequence of a column that the load writes past the loaded numbers. */
  | 'sequences';

/** A right that this user lacks. */
export interface LackingRight {
  readonly need: RightNeed;
  /** As the end of "the user lacks …": `SELECT on public.visit`. */
  readonly right: string;
  readonly cures: readonly Cure[];
  /** The column whose default or sequence needs it; null for any other need. */
  readonly column: string | null;
}
