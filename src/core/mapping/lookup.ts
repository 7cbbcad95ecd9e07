import { withoutPadding } from './without-padding';
import type { CharText, LegacyValue, Wire } from './wire';

/** A column whose values are found by those of other columns of the same table. */
export type LookupTable =
  | {
      readonly in: 'legacy';
      /** `TABLE` or `OWNER.TABLE`, as in the dictionary. */
      readonly source: string;
      readonly key: readonly string[];
      readonly value: string;
    }
  | {
      readonly in: 'target';
      readonly target: new () => unknown;
      /** Properties of the entity. */
      readonly key: readonly string[];
      readonly value: string;
    };

/** A CHAR's padding does not count when keys are compared, so that a CHAR may be looked up by a text and the other way round. */
type Unpadded<T> = T extends CharText ? string : T;
export type KeyPart<T> = Unpadded<Exclude<T, null | undefined>>;
/** A key property of an entity, as legacy texts may be compared with it. */
export type PropertyKey<T> =
  Exclude<Wire<T>, null | undefined> extends infer W ? (W extends Buffer ? never : string) : never;

declare const leads: unique symbol;

/** What the word `lookup` takes: a table, the types of its key, and what it gives. */
export interface Lookup<Key extends readonly unknown[], out Value> {
  readonly [leads]?: (...key: Key) => Value;
  readonly table: LookupTable;
}

/** Where the values come from, for people. */
export function lookupName(table: LookupTable): string {
  return table.in === 'legacy' ? table.source : table.target.name;
}

/** Values that were found for a batch of rows, by property, then by `lookupKey`; a key that leads nowhere is not there. */
export type FoundValues = ReadonlyMap<string, ReadonlyMap<string, LegacyValue>>;

/** One text for the values of a key, trailing blanks aside; null where any of them is null, for such a key leads nowhere. */
export function lookupKey(values: readonly LegacyValue[]): string | null {
  let key = '';
  for (const value of values) {
    if (value === null) return null;
    key += `${key === '' ? '' : '\0'}${keyText(value)}`;
  }
  return key;
}

function keyText(value: string | Buffer): string {
  return Buffer.isBuffer(value) ? value.toString('hex') : withoutPadding(value);
}
