import type { FieldMapping, LeftOutProperty } from './table-mapping';
import { noField } from './sheet-faults';
import type { Json, Wire, Written } from './wire';

type Filled<T> = Exclude<T, null | undefined>;
type Scalar = string | number | bigint | boolean | Date | Uint8Array | Json<unknown>;

/** The properties of an entity that are columns: methods and relations drop out. */
export type ColumnKey<E> = {
  [K in keyof E]-?: Filled<E[K]> extends string | number | bigint | boolean | Date | Uint8Array
    ? K
    : Filled<E[K]> extends Scalar
      ? K
      : never;
}[keyof E] &
  string;

declare const produces: unique symbol;

/** A field of a sheet that yields `Out` on the wire; bound to its property by `mapTo`. */
export interface Field<out Out> {
  readonly [produces]?: Out;
  readonly bind: (property: string) => FieldMapping;
}

/** A field read from one column; where the column can be null, `or` and `orReject` say what a null becomes. */
export interface ColumnField<Out> extends Field<Out> {
  readonly or: (value: Written<Filled<Out>>) => Field<Filled<Out>>;
  readonly orReject: () => Field<Filled<Out>>;
}

/** A property that the database fills. */
export interface LeftOut {
  readonly leftOut: string;
}

/** The properties of an embedded object of `E`, as paths: `address.street`. Those of relations are refused by the checks. */
type EmbeddedPath<E> = {
  [K in Exclude<keyof E & string, ColumnKey<E>>]: Filled<E[K]> extends
    readonly unknown[] | ((...values: never) => unknown)
    ? never
    : `${K}.${ColumnKey<Filled<E[K]>>}`;
}[Exclude<keyof E & string, ColumnKey<E>>];

type AtPath<E, P extends string> = P extends `${infer K}.${infer Rest}`
  ? K extends keyof E
    ? Rest extends keyof Filled<E[K]>
      ? Filled<E[K]>[Rest]
      : never
    : never
  : never;

/** Every column of `E`, once, and the columns of its embedded objects. A property missing here, or one too many, does not compile. */
export type Sheet<E> = { readonly [K in ColumnKey<E>]: Field<Wire<E[K]>> | LeftOut } & {
  readonly [P in EmbeddedPath<E>]?: Field<Wire<AtPath<E, P>>> | LeftOut;
};

/** Splits a written sheet into the engine's fields and the properties left to the database. */
export function readSheet(sheet: Readonly<Record<string, Field<unknown> | LeftOut>>): {
  readonly fields: readonly FieldMapping[];
  readonly leftOut: readonly LeftOutProperty[];
} {
  const fields: FieldMapping[] = [];
  const leftOut: LeftOutProperty[] = [];
  for (const [property, entry] of Object.entries(sheet)) {
    if (!isEntry(entry)) throw noField(property);
    if ('leftOut' in entry) leftOut.push({ property, reason: entry.leftOut });
    else fields.push(entry.bind(property));
  }
  return { fields, leftOut };
}

/** A config that was not compiled with its types may hold anything. */
function isEntry(entry: unknown): boolean {
  return typeof entry === 'object' && entry !== null && ('bind' in entry || 'leftOut' in entry);
}
