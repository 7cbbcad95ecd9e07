/** What a report renders: text for people, facts for machines, and the verdict as an exit code. */
export interface Report {
  /** Ends in a newline; empty for nothing. */
  readonly output: string;
  /** What stands above `output` at --verbosity 2 and in the log; as `output`. */
  readonly details?: string;
  readonly exitCode: number;
  /** Serialisable, without secrets or values of rows. */
  readonly facts: unknown;
}
