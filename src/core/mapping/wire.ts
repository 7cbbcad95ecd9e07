/**
 * The types of values on the data path. A NUMBER, a DATE or a CHAR travels as exact text and is branded, so that a conversion
 * which would lose digits, a time of day or padding has to be written down.
 */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Oracle NUMBER as decimal text, e.g. `12`, `-0.5`, `1E-130` never (plain digits). */
export type NumberText = Branded<'NUMBER'>;
/** Oracle DATE as `SYYYY-MM-DD HH24:MI:SS`: a sign column (blank or `-`), then the text. */
export type DateText = Branded<'DATE'>;
/** Oracle TIMESTAMP as `SYYYY-MM-DD HH24:MI:SS.FF9`; WITH TIME ZONE ends in ` +HH:MM`. */
export type TimestampText = Branded<'TIMESTAMP'>;
/** Oracle CHAR(n), blank padded as stored. */
export type CharText = Branded<'CHAR'>;

/** Integer text that passed `integer`: an optional `-`, digits, no leading zeros. */
export type IntegerText = Branded<'integer'>;
/** Decimal text within a checked precision and scale: plain digits, a leading zero before the point. */
export type DecimalText = Branded<'decimal'>;
/** `YYYY-MM-DD`, year 0001–9999 or with ` BC` behind it: what a `date` column takes. */
export type CanonicalDate = Branded<'date'>;
/** `YYYY-MM-DD HH:MM:SS[.ffffff][+HH:MM][ BC]`: what a `timestamp` or `timestamptz` column takes. */
export type CanonicalTimestamp = Branded<'timestamp'>;

/** What may be written in a sheet for a value of a checked type: `0`, `'0.00'`, `'1970-01-01'`, besides the type itself. */
export type Written<T> =
  | T
  | (T extends IntegerText ? number : never)
  | (T extends DecimalText ? `${number}` : never)
  | (T extends CanonicalDate ? `${number}-${number}-${number}` : never)
  | (T extends CanonicalTimestamp ? `${LocalTime}${'' | 'Z' | `${'+' | '-'}${number}:${number}`}` : never);

type LocalTime = `${number}-${number}-${number} ${number}:${number}:${number}`;

/** A value as the legacy reader hands it over. */
export type LegacyValue = string | Buffer | null;
/** One legacy row: the ROWID text (null for views) at index 0, then the columns of its ReadPlan in order. */
export type LegacyRow = readonly LegacyValue[];

/** A value on its way into the target. */
export type TargetValue = string | number | boolean | Buffer | null;
/** One row for the target, in the order of the mapping's fields. */
export type TargetRow = readonly TargetValue[];

/** A column held as JSON: an object in the entity, JSON text on the wire. */
declare const json: unique symbol;
export type Json<T> = T & { readonly [json]?: never };

type Filled<T> = Exclude<T, null | undefined>;
type WireOf<T> = T extends Date
  ? CanonicalTimestamp
  : T extends number
    ? IntegerText | number
    : T extends bigint
      ? IntegerText
      : T extends Uint8Array
        ? Buffer
        : T extends boolean
          ? boolean
          : T extends string
            ? T
            : string;

/** The wire type of an entity's property; null stays null. */
export type Wire<T> = WireOf<Filled<T>> | Extract<T, null | undefined>;
