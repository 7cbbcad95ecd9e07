import type { LookupTable } from './lookup';
import type { ConversionTraits } from './conversion-traits';
import type { Holds } from './value-type';
import type { LegacyRow, LegacyValue, TargetValue } from './wire';

/** One conversion of a field. The plan prints its name and arguments, and the fingerprint hashes them; its traits are for the checks. */
export interface TransformStep extends ConversionTraits {
  readonly name: string;
  readonly args: readonly (string | number | boolean)[];
}

/** What a NULL in the source becomes. */
export type NullRule =
  { readonly kind: 'keep' } | { readonly kind: 'reject' } | { readonly kind: 'default'; readonly value: TargetValue };

/** Notes that a value was changed, not merely rewritten: `kind` names how, e.g. `trimmed`. Samples are kept by the caller. */
type NoteChange = (kind: string) => void;

/** What a field needs to read its columns off a row array. */
export interface FieldContext {
  /** Index of a column in the row array. */
  readonly indexOf: (column: string) => number;
  readonly noteChange: NoteChange;
  /** What the entity's column of times holds; null where it holds something else, or is not known. */
  readonly holds: Holds | null;
  /** Of a field with `lookup`: the value that a key (`lookupKey`) leads to; undefined where it leads nowhere. */
  readonly found: (key: string) => LegacyValue | undefined;
}

/** How one property of an entity is filled. The words of `legacyTable` make these; a user may build one by hand. */
export interface FieldMapping {
  readonly property: string;
  /** Source columns it reads; empty for a constant. */
  readonly columns: readonly string[];
  /** Columns among them that are fetched as raw bytes instead of text. */
  readonly asBytes: readonly string[];
  readonly transform: readonly TransformStep[];
  readonly nullRule: NullRule;
  /** The table in which the values of `columns` are looked up. */
  readonly lookup?: LookupTable;
  /** A closure over the row array; it throws ValueRejected to turn the row away. */
  readonly compile: (context: FieldContext) => (row: LegacyRow) => TargetValue;
}

/** A property that the mapping leaves to the database, and why. */
export interface LeftOutProperty {
  readonly property: string;
  readonly reason: string;
}

/** What happens to a row whose foreign key has no parent in the target. */
export type OrphanPolicy = 'reject' | 'null' | 'keep';

/** What class-validator's verdict on a row does. */
export type ValidationPolicy = 'reject' | 'report' | 'off';

/** How one legacy table, view or query fills one entity. */
export interface TableMapping<E = unknown> {
  /** Name on the command line and in the ledger: `coil`. */
  readonly entity: string;
  /** `TABLE` or `OWNER.TABLE`, as in the dictionary; the name of the query where there is one. */
  readonly source: string;
  /** Read in place of a table; every table and view in it stands in braces. */
  readonly query?: string;
  /** Source columns that identify a row in reports and cut chunks. */
  readonly key: readonly string[];
  readonly target: new () => E;
  readonly fields: readonly FieldMapping[];
  readonly leftOut: readonly LeftOutProperty[];
  /** Oracle condition; rows that do not meet it are filtered and counted. */
  readonly where?: string;
  /** Its condition is made of those of the other mappings of the table (core/mapping/rest.ts). */
  readonly takesRest?: true;
  /** Why rows of the table that no mapping takes are left behind on purpose. */
  readonly rest?: string;
  /** Tables that the query or view reads, `TABLE` or `OWNER.TABLE`. */
  readonly reads?: readonly string[];
  readonly validation: ValidationPolicy;
  /** By foreign-key property; `reject` where not named. */
  readonly orphans: Readonly<Record<string, OrphanPolicy>>;
}
