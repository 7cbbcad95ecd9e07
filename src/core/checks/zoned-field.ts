import type { EntityColumn } from '../mapping/entity-contract';
import type { FieldMapping } from '../mapping/table-mapping';
import type { TargetColumn } from '../ports/target';

export type Holds = 'moments' | 'local times';

/** What a live column holds, by PostgreSQL's name of its type; others have nothing to do with time zones. */
export const HOLDS: Readonly<Record<string, Holds>> = {
  timestamptz: 'moments',
  timetz: 'moments',
  timestamp: 'local times',
  date: 'local times',
  time: 'local times',
};

/** One field between what it reads and what it fills. */
export interface ZonedField {
  readonly field: FieldMapping;
  readonly column: EntityColumn;
  readonly live: TargetColumn;
  /** Types of the columns that the field reads; of a lookup, the type of the value that it finds. */
  readonly dataTypes: readonly string[];
  readonly subject: string;
}
