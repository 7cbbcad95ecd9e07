import { storedName } from '../../core/mapping/stored-name';
import { sameTable } from '../../core/mapping/table-name';
import type { TableName } from '../../core/ports/target';
import { LEDGER_TABLES } from '../ledger/schema/tables';

/** A table and its copy. */
export interface NamedPair {
  readonly original: TableName;
  readonly copy: TableName;
}

export interface ShadowPair extends NamedPair {
  /** The real table has rows. */
  readonly filled: boolean;
}

/** Copies keep their table's name, unless the ledger or a table of another schema has it. */
export function shadowPairs(schema: string, tables: readonly TableName[]): NamedPair[] {
  // The ledger of the rehearsal stands in the same schema.
  const taken = new Set<string>(LEDGER_TABLES);
  const pairs: NamedPair[] = [];
  for (const original of tables) {
    if (pairs.some((pair) => sameTable(pair.original, original))) continue;
    let { name } = original;
    for (let number = 1; taken.has(name); number++) name = storedName(original.name, `_${number}`);
    taken.add(name);
    pairs.push({ original, copy: { schema, name } });
  }
  return pairs;
}
