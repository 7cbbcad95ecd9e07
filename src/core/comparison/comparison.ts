import type { Figures } from '../canonical/column-figures';

/** How closely a run is proven: counts, which rows are there, or every value of them. */
export const COMPARE_LEVELS = ['counts', 'keys', 'rows'] as const;
export type CompareLevel = (typeof COMPARE_LEVELS)[number];

/**
 * `missing`: a row that should be in the target is not; `extra`: one that should not be is; `doubled`: the row is there more often than it
 * should be; `different`: it is there with other values.
 */
export type DifferenceKind = 'missing' | 'extra' | 'doubled' | 'different';

/** By what rows are recognised: columns of the target, or all of them where it has no key. */
export interface MatchedBy {
  readonly kind: 'primary key' | 'legacy key' | 'whole row';
  readonly columns: readonly string[];
}

/** Differences of one entity that are kept with their values; more are only counted. */
export const MOST_LISTED = 10_000;

/** What a comparison of one entity came to. Keys may be shown, values not: there are none in it. */
export interface EntityComparison {
  readonly level: Exclude<CompareLevel, 'counts'>;
  readonly matchedBy: MatchedBy;
  /** Rows that should be in the target. */
  readonly expected: number;
  readonly counts: Readonly<Record<DifferenceKind, number>>;
  /** By property: rows in which it differs. */
  readonly columns: Readonly<Record<string, number>>;
  /** Differences that were found in sums and not located, for there are too many: how many groups of rows, and rows in them. */
  readonly unlocated: { readonly groups: number; readonly rows: number } | null;
  /** Rows of the table that are none of the entity's by this comparison; absent in one that an earlier version has kept. */
  readonly others?: number;
  /** Rows that were left out because the target had their key before the run. */
  readonly skipped: number;
  /** Properties whose sum, least or greatest value is not the same on both sides. */
  readonly figuresDiffer: readonly string[];
  /** Properties whose type only the server can read, compared as it writes them; absent where there are none. */
  readonly byText?: readonly string[];
  /** A few of the differences, without values. */
  readonly examples: readonly DifferenceName[];
  /** Rows that the source has now and had at the snapshot; null where it was not asked. */
  readonly sourceSince: { readonly atSnapshot: number; readonly now: number } | null;
}

/** Which row differs and where, without any value. */
export interface DifferenceName {
  readonly kind: DifferenceKind;
  /** Values of the legacy key as a JSON array of texts; null where the row is not of the source. */
  readonly legacyKey: string | null;
  /** Values of the columns in `matchedBy`, in their order; null where rows are matched as a whole. */
  readonly targetKey: readonly (string | null)[] | null;
  /** Properties that differ; empty but for `different`. */
  readonly properties: readonly string[];
}

/** A value in its canonical text; a long one by length and hash. */
export type ShownValue = string | null | { readonly length: number; readonly sha256: string };

/** A located difference with its values. Holds row contents: for a file of mode 0600 only. */
export interface RowDifference extends DifferenceName {
  readonly rowid: string | null;
  /** Number of the chunk in which the source has the row. */
  readonly chunk: number | null;
  /** The properties that differ, or all of the row where only one side has it. */
  readonly values: readonly ValuePair[];
}

export interface ValuePair {
  readonly property: string;
  readonly column: string;
  /** Absent where the side has no such row. */
  readonly expected?: ShownValue;
  readonly actual?: ShownValue;
}

export interface FigurePair {
  readonly property: string;
  readonly expected: Figures | null;
  readonly actual: Figures | null;
}

/** What was found in one entity, values included. Holds row contents: for a file of mode 0600 only. */
export interface EntityFindings {
  readonly entity: string;
  readonly fingerprint: string;
  readonly comparison: EntityComparison;
  readonly figures: readonly FigurePair[];
  /** A few rows side by side, whether they differ or not, chosen by their keys' hashes. */
  readonly samples: readonly { readonly values: readonly ValuePair[] }[];
  readonly differences: readonly RowDifference[];
}
