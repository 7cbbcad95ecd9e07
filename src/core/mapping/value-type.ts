/** What a value is on its way to its column. `oracle-time` is a DATE or TIMESTAMP unconverted. */
export type ValueFamily =
  | 'text'
  | 'number'
  | 'integer'
  | 'boolean'
  | 'date'
  | 'timestamp'
  | 'oracle-time'
  | 'years-to-months'
  | 'days-to-seconds'
  | 'bytes'
  | 'unknown';

/** The type of a value, as far as it is known. */
export interface ValueType {
  readonly family: ValueFamily;
  /** Longest text, in the unit of the source column; null where not known. */
  readonly length: number | null;
  /** Most digits before and behind the point; null where not bounded. */
  readonly whole: number | null;
  readonly scale: number | null;
}

/** What a column of times holds. */
export type Holds = 'moments' | 'local times';
