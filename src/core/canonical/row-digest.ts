import { hash } from 'node:crypto';

/** The canonical texts of a row's columns in order; null is null. */
export type CanonicalRow = readonly (string | null)[];

/**
 * One text for some cells of a row: different rows have different texts, for no text of the target holds the NUL character that stands
 * before each.
 */
export function rowText(row: CanonicalRow): string {
  let text = '';
  for (const cell of row) text += cell === null ? '\0n' : `\0v${cell}`;
  return text;
}

/** `rowText` of the cells at `positions`. */
export function keyText(row: CanonicalRow, positions: readonly number[]): string {
  let text = '';
  for (const position of positions) {
    const cell = row[position] ?? null;
    text += cell === null ? '\0n' : `\0v${cell}`;
  }
  return text;
}

/** The first 128 bits of SHA-256, as 16 characters of one byte each. */
export function digestOf(text: string): string {
  return hash('sha256', text, 'binary').slice(0, 16);
}

/** 32 bits that spread keys evenly over buckets; no proof rests on them. */
export function spread(text: string): number {
  let bits = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) bits = Math.imul(bits ^ text.charCodeAt(at), 0x01000193);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  return (bits ^ (bits >>> 13)) >>> 0;
}
