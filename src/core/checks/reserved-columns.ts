import type { Issue } from '../issues';
import type { TargetTable } from '../ports/target';

/** Columns that would be taken for those that a load and a repair add to their copies of the table. */
export function reservedColumns(entity: string, table: TargetTable | null): Issue[] {
  const { reserved = [] } = table ?? {};
  if (table === null || reserved.length === 0) return [];
  return [
    {
      code: 'TARGET_COLUMN_RESERVED',
      level: 'error',
      subject: entity,
      message: `${table.table.name} has columns with names that cutover needs for its temporary tables: ${reserved.join(', ')}`,
      hint: 'Rename these columns until the run is over and needs no reset, repair or retry any more.',
    },
  ];
}
