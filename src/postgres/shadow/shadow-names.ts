import type { TableName } from '../../core/ports/target';
import { sameTable } from '../place';

/** Names that the ledger takes in the schema of a rehearsal. */
const LEDGER_TABLES = [
  'run',
  'entity_plan',
  'chunk',
  'entity_count',
  'entity_table',
  'chunk_load',
  'reject',
  'change_count',
  'journal',
];

/** A table and its copy. */
export interface ShadowPair {
  readonly original: TableName;
  readonly copy: TableName;
}

/** Copies keep their table's name, unless the ledger or a table of another schema has it. */
export function shadowPairs(schema: string, tables: readonly TableName[]): ShadowPair[] {
  const taken = new Set(LEDGER_TABLES);
  const pairs: ShadowPair[] = [];
  for (const original of tables) {
    if (pairs.some((pair) => sameTable(pair.original, original))) continue;
    let { name } = original;
    for (let number = 1; taken.has(name); number++) name = `${original.name}_${number}`;
    taken.add(name);
    pairs.push({ original, copy: { schema, name } });
  }
  return pairs;
}
