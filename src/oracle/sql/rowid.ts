const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The parts of an extended ROWID. `file` is relative to the tablespace. */
export interface RowidParts {
  readonly object: number;
  readonly file: number;
  readonly block: number;
  readonly row: number;
}

/** The 18 characters Oracle shows: object 6, file 3, block 6, row 3, each in base 64. */
export function encodeRowid({ object, file, block, row }: RowidParts): string {
  return digits(object, 6) + digits(file, 3) + digits(block, 6) + digits(row, 3);
}

/** Inverse of `encodeRowid`; null for a logical (UROWID) or malformed one. */
export function decodeRowid(rowid: string): RowidParts | null {
  if (!/^[A-Za-z0-9+/]{18}$/.test(rowid)) return null;
  return {
    object: number(rowid.slice(0, 6)),
    file: number(rowid.slice(6, 9)),
    block: number(rowid.slice(9, 15)),
    row: number(rowid.slice(15)),
  };
}

function digits(value: number, length: number): string {
  let text = '';
  for (let rest = value; text.length < length; rest = Math.floor(rest / 64)) text = ALPHABET.charAt(rest % 64) + text;
  return text;
}

function number(text: string): number {
  return Array.from(text).reduce((value, character) => value * 64 + ALPHABET.indexOf(character), 0);
}
