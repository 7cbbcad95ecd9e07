import type { CanonicalKind } from '../canonical/canonical-text';
import type { TableName } from '../mapping/table-name';

/** What is to be compared of the table of one entity. */
export interface ReadingRequest {
  readonly runId: string;
  readonly entity: string;
  readonly table: TableName;
  readonly columns: readonly string[];
}

/**
 * Whose row it is by the ledger: `t` the run wrote it for this entity; `o` it is none of this one's: written for another entity or
 * by another run, or there before this run; `l` a later run, which has overwritten rows of this one, wrote it; `s` the ledger of an earlier cutover notes its
 * writer for several entities, this one among them; `f` nobody's that the ledger knows.
 */
export type RowOwner = 't' | 'o' | 'l' | 's' | 'f';

/** A row as the server writes it (UTC, ISO dates, shortest floats, hexadecimal bytes): its owner, then the columns of the request. */
export type ServerRow = readonly (string | null)[];

/** A question about parents or rivals of rows: one key an entry, canonical texts, none of them null. */
export type KeyTexts = readonly (readonly string[])[];

export interface ParentQuestion {
  /** Columns of the request that refer, in the order of `parentColumns`. */
  readonly columns: readonly string[];
  readonly parent: TableName;
  readonly parentColumns: readonly string[];
}

/** One table of the target at one moment, for as long as it takes to compare it; only ever reads. */
export interface TargetReader {
  /** By column of the request. */
  readonly kinds: readonly CanonicalKind[];
  /** Whether the ledger knows which rows the run wrote. */
  readonly tracked: boolean;
  /**
   * `run`: only rows that the run wrote for this entity; `all`: all but those of others (`o`). Batches are small; the order means
   * nothing.
   */
  rows(which: 'all' | 'run'): AsyncIterable<readonly ServerRow[]>;
  /** How many rows the table has of each owner: counted by the server, apart from `rows`. */
  owners(): Promise<Readonly<Record<RowOwner, number>>>;
  /** Rows that the run loaded and moved to the rejects afterwards, as orphans. */
  movedRows(): AsyncIterable<readonly ServerRow[]>;
  /** What the server makes of values of the column, by position in the request; a value that it refuses stays as it is. */
  asStored(column: number, values: readonly string[]): Promise<readonly string[]>;
  /** By key: whether the parent has no such row. */
  parentless(question: ParentQuestion, keys: KeyTexts): Promise<readonly boolean[]>;
  /** Some rows of nobody (`f`) that are younger than the run: they came beside it, or somebody has changed them since. */
  newcomers(limit: number): Promise<readonly ServerRow[]>;
  /** By key: whether the table has a row with it from before the run. */
  heldBefore(columns: readonly string[], keys: KeyTexts): Promise<readonly boolean[]>;
  close(): Promise<void>;
}
