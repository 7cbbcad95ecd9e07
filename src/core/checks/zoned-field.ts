import type { EntityColumn } from '../mapping/entity-contract';
import type { FieldMapping } from '../mapping/table-mapping';
import type { TargetColumn } from '../ports/target';

/** One field between what it reads and what it fills. */
export interface ZonedField {
  readonly field: FieldMapping;
  readonly column: EntityColumn;
  readonly live: TargetColumn;
  /** Types of the columns that the field reads; of a lookup, the type of the value that it finds. */
  readonly dataTypes: readonly string[];
  readonly subject: string;
}
