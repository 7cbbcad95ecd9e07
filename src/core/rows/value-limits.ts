const MEBIBYTE = 1_048_576;

/** From how many bytes on values are handled in which way. Tests lower them. */
export interface ValueLimits {
  /** A larger LOB is read by its locator and piece by piece; in bytes or characters, as the source counts. */
  readonly inline: number;
  /** A larger value of a column that is copied as it is never lies in memory whole. */
  readonly large: number;
  /** A larger value of a column that a conversion or a rule reads is rejected. */
  readonly read: number;
  /** What PostgreSQL can hold of one value, and of one row. */
  readonly stored: number;
  /** Bytes of the long values of a chunk that are held in memory; what comes beyond lies in a spill file. */
  readonly held: number;
  /** Values below it are not worth a place in a spill file. */
  readonly parked: number;
  /** Bytes that a batch of rows has about, with its LOBs. */
  readonly batch: number;
  /** A longer canonical text stands for itself by length and hash, on both sides of a comparison; below a third of `large` and `line`. */
  readonly hashed: number;
  /** Bytes of a line, or of a cell, of the target's answer that are held as a whole. */
  readonly line: number;
  /** A longer text, or bytes, of the target is asked for by itself, piece by piece: COPY writes it as one line, twice as long and at most 1 GB. */
  readonly answered: number;
  /** Where the values of one row have more bytes together, its long ones are asked for likewise. */
  readonly answeredRow: number;
  /** Bytes of such a piece. */
  readonly answerPiece: number;
  /** Bytes or characters that are read of a LOB or a spill file at a time. */
  readonly piece: number;
}

/** A field of PostgreSQL holds 1 GiB, its header included; the rest is room for the other columns of the row. */
const STORED = 1_024 * MEBIBYTE - 65_536;

export const VALUE_LIMITS: ValueLimits = {
  inline: 32_768,
  large: 16 * MEBIBYTE,
  read: 64 * MEBIBYTE,
  stored: STORED,
  held: 16 * MEBIBYTE,
  parked: 4_096,
  batch: 8 * MEBIBYTE,
  hashed: 65_536,
  line: MEBIBYTE,
  answered: 64 * MEBIBYTE,
  answeredRow: 128 * MEBIBYTE,
  answerPiece: 8 * MEBIBYTE,
  piece: MEBIBYTE / 4,
};

/** A character of three bytes in UTF-8 is one unit of a CLOB's length: so many units are surely no more bytes. */
export const MOST_BYTES_PER_UNIT = 3;

/** A text in memory takes up to two bytes for each of its units. */
export const HELD_BYTES_PER_UNIT = 2;

/** Bytes that a value takes in memory, at most. */
export function heldBytes(value: string | Buffer): number {
  return typeof value === 'string' ? value.length * HELD_BYTES_PER_UNIT : value.length;
}
