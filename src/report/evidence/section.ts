/** Text is for people; `codes` are keys, names and conditions, each shown as it is. Null is nothing. */
export type Cell = string | number | null | { readonly codes: readonly string[] };

/** A table of the report, or what is said where it would be empty. */
export interface Section {
  readonly title: string;
  /** A sentence that says how to read it. */
  readonly note?: string;
  readonly headings: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  readonly totals?: readonly Cell[];
  /** In place of a table without rows. */
  readonly empty: string;
}
