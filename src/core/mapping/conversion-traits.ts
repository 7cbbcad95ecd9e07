import type { ValueFamily, ValueType } from './value-type';

/** What is odd about the characters of a value, whatever the mapping makes of it. */
export type ValueOddity =
  /** U+0000, which no text of PostgreSQL can hold. */
  | 'nul'
  /** U+FFFD: where a byte was no character of the declared set, this arrives in its place. */
  | 'replacement'
  /** U+0080–U+009F: what windows-1252 bytes become where they are taken for Latin-1. */
  | 'control'
  /** A byte above 0x7F in a database whose declared set ends there. */
  | 'high-byte';

/**
 * What becomes of the time zone of a value. `kept`: it has one where it had one before; `with`, `without`: it has one, has none, whatever was
 * before; `dropped`: what is left is the local part; `stated`: what had none has one, and what had one is what its column asks for.
 */
type ZoneEffect = 'kept' | 'with' | 'without' | 'dropped' | 'stated';

/** What a conversion says of itself beside its name: so no check has to know it by name. A user's own may say the first three as well. */
export interface ConversionTraits {
  /** What it makes of a value; `same`: a value of the type that came, no longer than that. Not known where absent. */
  readonly gives?: 'same' | ValueFamily | ValueType;
  /** Where absent, `kept` for what gives the same type or one that is no time and no text; else not known. */
  readonly zone?: ZoneEffect;
  /** The odd characters of which it says what becomes of them. */
  readonly handles?: readonly ValueOddity[];
  /** Values that the sheet itself writes: a constant, the meanings of codes. */
  readonly writes?: readonly (string | number | boolean)[];
  /** The time zone by whose rules it converts. */
  readonly usesZone?: string;
  /** It meets nulls as well, where other conversions are skipped. */
  readonly takesNulls?: true;
  /** Its arguments as the sheet writes them, where these are others than those of its step; null for a word that is no conversion. */
  readonly shown?: readonly string[] | null;
}
