import { createHash } from 'node:crypto';
import type { ShownValue } from '../../core/comparison';

/** Longer texts are held, and shown, by length and hash. */
const LONGEST = 2_000;
/** What no value of the target contains. */
const MARK = '\0';

/** The row with its long values, LOBs mostly, cut down to their length and hash. */
export function compactRow(row: readonly (string | null)[]): readonly (string | null)[] {
  return row.map((cell) => (cell === null || cell.length <= LONGEST ? cell : `${MARK}${cell.length} ${sha256(cell)}`));
}

/** A cell of a compact row as it is shown to people. */
export function shownValue(cell: string | null): ShownValue {
  if (cell?.startsWith(MARK) !== true) return cell;
  const [length, hash = ''] = cell.slice(MARK.length).split(' ');
  return { length: Number(length), sha256: hash };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
