/** Why a value cannot be stored; carries no part of it. */
export interface CellFault {
  readonly reason: string;
  readonly sqlState: string;
}

const fault = (reason: string, sqlState: string): CellFault => ({ reason, sqlState });

export const NULL_REFUSED = fault('null where a value is required', '23502');
export const OUT_OF_RANGE = fault('out of range', '22003');
export const NOT_WHOLE = fault('not a whole number', '22P02');
export const NOT_DECIMAL = fault('not a decimal number', '22P02');
export const NOT_BOOLEAN = fault('not a boolean', '22P02');
export const NOT_TEXT = fault('not a text', '22P02');
export const NOT_BYTES = fault('not bytes', '22P02');
export const NOT_UUID = fault('not a UUID', '22P02');
export const NOT_JSON = fault('not JSON', '22P02');
export const NUL_IN_JSON = fault('JSON with \\u0000 or an unpaired surrogate', '22P05');
export const NOT_LABEL = fault('not a value of the enumeration', '22P02');
export const NUL_CHARACTER = fault('NUL character', '22021');
export const SURROGATE = fault('unpaired surrogate', '22021');
export const TOO_LARGE = fault('larger than PostgreSQL can hold', '54000');
export const NOT_DATE = fault('not a date', '22007');
export const NOT_TIMESTAMP = fault('not a timestamp', '22007');
export const NOT_TIME = fault('not a time of day (HH24:MI:SS)', '22007');
export const NOT_TIMETZ = fault('not a time of day with a zone offset (HH24:MI:SS+00:00)', '22007');
export const NO_OFFSET = fault('no zone offset where one is kept', '22007');
export const NOT_INTERVAL = fault('not an interval, or one that can be read in two ways', '22007');
export const NOT_BITS = fault('not a text of 0 and 1', '22P02');
export const NOT_ADDRESS = fault('not a network address', '22P02');
export const HOST_BITS = fault('a host address where only the network is kept', '22P02');
export const NOT_HARDWARE_ADDRESS = fault('not a hardware address', '22P02');
export const NOT_ARRAY = fault('not an array', '22P02');
export const NOT_ONE_BYTE = fault('not a single ASCII character', '22001');
export const NO_SUCH_DAY = fault('no such day or time', '22008');
export const DATE_RANGE = fault('out of range', '22008');
export const TIME_OF_DAY = fault('a time of day where only the date is kept', '22008');
export const OFFSET_GIVEN = fault('a zone offset where none is kept', '22008');

/** A text longer than its column. */
export function longerThan(characters: number): CellFault {
  return fault(`longer than ${characters} characters`, '22001');
}

/** More decimals than the column keeps: the server would round silently. */
export function moreDecimals(scale: number): CellFault {
  return fault(`more than ${scale} decimals`, '22003');
}

/** A text whose length in bytes is limited. */
export function longerThanBytes(bytes: number): CellFault {
  return fault(`longer than ${bytes} bytes`, '22001');
}

/** `bit(n)` takes n of them, neither more nor fewer. */
export function bitsExpected(bits: number): CellFault {
  return fault(`not ${bits} bits`, '22026');
}

export function moreBits(bits: number): CellFault {
  return fault(`more than ${bits} bits`, '22001');
}

/** An interval with parts that the column's type leaves out. */
export function cutBy(field: string): CellFault {
  return fault(`parts of an interval below the ${field}, the last that is kept`, '22008');
}
