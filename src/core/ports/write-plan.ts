import type { TableName } from '../mapping/table-name';

/** What of the table of one entity is written: the target columns, in the order of the mapping's fields. */
export interface WritePlan {
  readonly entity: string;
  readonly table: TableName;
  readonly columns: readonly string[];
  /** By column: the entity property it belongs to, for reject reasons. */
  readonly properties: readonly string[];
  /** Positions (in `columns`) that carry the legacy key; empty where the mapping does not carry it over. */
  readonly keyPositions: readonly number[];
}
