import type { CompareLevel, EntityComparison, RowDifference } from './comparison';

/** What a comparison has written to its file, read back. Holds row contents. */
export interface DifferenceList {
  /** No other comparison has it: a repair by this list happens once. */
  readonly id: string;
  readonly run: string;
  readonly scn: string | null;
  readonly source: string;
  readonly target: string;
  readonly level: Exclude<CompareLevel, 'counts'>;
  readonly entities: readonly DifferingEntity[];
}

export interface DifferingEntity {
  readonly entity: string;
  readonly fingerprint: string;
  readonly comparison: Pick<EntityComparison, 'matchedBy' | 'unlocated'>;
  readonly differences: readonly RowDifference[];
}
