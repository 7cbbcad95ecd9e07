/** A table of the target. */
export interface TableName {
  readonly schema: string;
  readonly name: string;
}
