import type { TableName } from '../mapping/table-name';

/** Anything of the target that shares its names with tables, as this session sees it. */
export interface NamedRelation {
  readonly table: TableName;
  readonly kind:
    | 'table'
    | 'partitioned table'
    | 'partition'
    | 'foreign table'
    | 'view'
    | 'materialized view'
    | 'sequence'
    | 'index'
    | 'type';
  /** Where its schema stands in the session's search_path, the first being 1; null where it is not on it. */
  readonly place: number | null;
}
