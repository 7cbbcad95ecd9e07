import { createHash } from 'node:crypto';
import type { Reject } from '../run/outcomes';

/** Bytes of a mark. */
export const MARK_BYTES = 8;

/**
 * Stands for one legacy row of an entity, by its address or else its key: short enough to be kept for each row that a run has left out,
 * and nothing that can be read. Two rows of one mark would be seen, for marks are counted.
 */
export function rowMark({ rowid, key }: Pick<Reject, 'rowid' | 'key'>): Buffer {
  const name = rowid === null ? `key ${key}` : `rowid ${rowid}`;
  return createHash('sha256').update(name).digest().subarray(0, MARK_BYTES);
}

/** Marks that were put together, one by one as text, with the number of times that each is there. */
export function marksIn(together: Buffer): Map<string, number> {
  const marks = new Map<string, number>();
  for (let at = 0; at < together.length; at += MARK_BYTES) {
    const mark = together.toString('hex', at, at + MARK_BYTES);
    marks.set(mark, (marks.get(mark) ?? 0) + 1);
  }
  return marks;
}
