import type { EntityContract } from '../mapping/entity-contract';
import { MigrationError } from '../errors';
import { lookupKey, lookupName, type FoundValues, type LookupTable } from '../mapping/lookup';
import type { TableMapping } from '../mapping/table-mapping';
import type { LegacyRow, LegacyValue } from '../mapping/wire';
import type { LegacySource, ReadPlan } from '../ports/legacy-source';
import type { TableName, Target, TargetLookup } from '../ports/target';
import { readAs, rowIndexOf, sourceName } from './read-plan';

/** Keys that one mapping remembers of a looked-up table, those used last; what is forgotten is asked for again. */
export const REMEMBERED_KEYS = 100_000;
/** Keys in one question: Oracle takes no more in a list. */
const KEYS_PER_QUESTION = 1_000;
/** Keys of several columns make a condition each, of which a statement should not have as many. */
const COMPOSITE_KEYS_PER_QUESTION = 200;

/** Where values are looked up: the source at its SCN, the target as it is. */
export interface LookupPorts {
  readonly source: Pick<LegacySource, 'lookUp'>;
  readonly target: Pick<Target, 'lookUp'>;
  readonly scn: string | null;
}

/** A field whose value comes from a table of the target, which must be filled before. */
export interface TargetLookedUp {
  readonly property: string;
  readonly table: TableName;
  /** Columns by which the row is found. */
  readonly key: readonly string[];
  /** Column whose value is wanted. */
  readonly value: string;
}

/** Finds what the lookup fields of one mapping need, a batch of rows at a time. */
export interface Lookups {
  /** What is looked up in the target. */
  readonly inTarget: readonly TargetLookedUp[];
  /** Asks for the keys that are not remembered, many at once. Throws LOOKUP_AMBIGUOUS where a key leads to two rows. */
  find(rows: readonly LegacyRow[], ports: LookupPorts): Promise<FoundValues>;
}

type Ask = (keys: readonly (readonly string[])[], ports: LookupPorts) => Promise<readonly LegacyRow[]>;

/** One looked-up table with what is known of it; fields that use the same share it. */
interface Known {
  readonly table: LookupTable;
  readonly ask: Ask;
  /** By SCN and key in the order of use, the longest unused first; undefined for a key that leads nowhere. */
  readonly values: Map<string, LegacyValue | undefined>;
}

/** Null where no field of the mapping looks anything up. `contractOf` tells the columns of an entity. */
export function openLookups(
  mapping: TableMapping,
  plan: ReadPlan,
  contractOf: (target: new () => unknown) => EntityContract,
): Lookups | null {
  const tables = new Map<string, Known>();
  const fields = mapping.fields.flatMap((field) => {
    const { lookup: table, property } = field;
    if (table === undefined) return [];
    const id = JSON.stringify([table.in, lookupName(table), table.key, table.value]);
    const known = tables.get(id) ?? { table, ask: asker(table, contractOf), values: new Map() };
    tables.set(id, known);
    const indexes = field.columns.map((column) => rowIndexOf(plan, column, readAs(field, column)));
    return [{ property, known, indexes }];
  });
  if (fields.length === 0) return null;
  return {
    inTarget: mapping.fields.flatMap(({ property, lookup }) =>
      lookup?.in === 'target' ? [{ property, ...targetQuestion(lookup, contractOf) }] : [],
    ),
    find: async (rows, ports) => {
      const found = new Map<string, ReadonlyMap<string, LegacyValue>>();
      for (const { property, known, indexes } of fields) {
        found.set(property, await valuesFor(known, keysOf(rows, indexes), ports));
      }
      return found;
    },
  };
}

function asker(table: LookupTable, contractOf: (target: new () => unknown) => EntityContract): Ask {
  const { key, value } = table;
  if (table.in === 'legacy') {
    const question = { table: sourceName(table.source), key, value };
    return (keys, { source, scn }) => source.lookUp({ ...question, keys }, scn);
  }
  const question = targetQuestion(table, contractOf);
  return (keys, { target }) => target.lookUp({ ...question, keys });
}

function targetQuestion(
  { target, key, value }: Extract<LookupTable, { readonly in: 'target' }>,
  contractOf: (target: new () => unknown) => EntityContract,
): Omit<TargetLookup, 'keys'> {
  const contract = contractOf(target);
  const columnOf = (property: string): string => {
    const column = contract.columns.find((candidate) => candidate.property === property)?.column;
    if (column === undefined) throw propertyUnknown(contract.entityName, property);
    return column;
  };
  return { table: contract.table, key: key.map(columnOf), value: columnOf(value) };
}

/** The distinct keys of a batch, complete ones only. */
function keysOf(rows: readonly LegacyRow[], indexes: readonly number[]): ReadonlyMap<string, readonly string[]> {
  const keys = new Map<string, readonly string[]>();
  for (const row of rows) {
    const values = indexes.map((index) => row[index] ?? null);
    const key = lookupKey(values);
    if (key !== null && !keys.has(key)) keys.set(key, key.split('\0'));
  }
  return keys;
}

async function valuesFor(
  known: Known,
  keys: ReadonlyMap<string, readonly string[]>,
  ports: LookupPorts,
): Promise<ReadonlyMap<string, LegacyValue>> {
  const found = new Map<string, LegacyValue>();
  const missing: (readonly string[])[] = [];
  // A run may go on at a later SCN, where other values are true.
  const moment = `${ports.scn ?? ''}\0`;
  for (const [key, values] of keys) {
    if (!known.values.has(moment + key)) missing.push(values);
    else note(found, key, recall(known, moment + key));
  }
  const most = known.table.key.length === 1 ? KEYS_PER_QUESTION : COMPOSITE_KEYS_PER_QUESTION;
  for (let first = 0; first < missing.length; first += most) {
    const asked = missing.slice(first, first + most);
    const answered = answersOf(known, await known.ask(asked, ports));
    for (const values of asked) {
      const key = values.join('\0');
      remember(known, moment + key, answered.get(key));
      note(found, key, answered.get(key));
    }
  }
  return found;
}

function note(found: Map<string, LegacyValue>, key: string, value: LegacyValue | undefined): void {
  if (value !== undefined) found.set(key, value);
}

function answersOf({ table }: Known, rows: readonly LegacyRow[]): ReadonlyMap<string, LegacyValue> {
  const answers = new Map<string, LegacyValue>();
  for (const row of rows) {
    const key = lookupKey(row.slice(0, table.key.length));
    if (key === null) continue;
    if (answers.has(key)) throw lookupAmbiguous(table);
    answers.set(key, row[table.key.length] ?? null);
  }
  return answers;
}

function recall({ values }: Known, key: string): LegacyValue | undefined {
  const value = values.get(key);
  values.delete(key);
  values.set(key, value);
  return value;
}

function remember({ values }: Known, key: string, value: LegacyValue | undefined): void {
  values.set(key, value);
  if (values.size <= REMEMBERED_KEYS) return;
  const [oldest] = values.keys();
  if (oldest !== undefined) values.delete(oldest);
}

function lookupAmbiguous(table: LookupTable): MigrationError {
  const by = table.key.join(', ');
  return new MigrationError('LOOKUP_AMBIGUOUS', `two rows of ${lookupName(table)} have the same ${by}`, {
    hint: `Look up by columns that name one row, or through a view that has one row for each ${by}.`,
    facts: { table: lookupName(table), key: by },
  });
}

function propertyUnknown(entity: string, property: string): MigrationError {
  return new MigrationError('MAPPING_INVALID', `${entity} has no column property ${property} to look up`, {
    hint: 'Name properties with @Column in targetValues.',
    facts: { entity, property },
  });
}
