import { counted } from '../counted';
import type { Issue } from '../issues';
import type { TargetTable } from '../ports/target';

/** Rows of tables that inherit from one show among its own wherever somebody reads it without ONLY, as the application does. */
export function inheritingTables(entity: string, table: TargetTable | null): Issue[] {
  const { inheritedBy = [] } = table ?? {};
  if (table === null || inheritedBy.length === 0) return [];
  const heirs = `${counted(inheritedBy.length, 'table')} (${inheritedBy.join(', ')})`;
  return [
    {
      code: 'TABLE_INHERITED',
      level: 'warning',
      subject: entity,
      message: `${heirs} inherit from ${table.table.name}: their rows are not loaded, counted, compared or taken back with it`,
      hint: 'Make sure that the application means to read their rows among those of the table: no key of it holds for them.',
    },
  ];
}
