import { hashedOf, hashedParts, isHashedText } from '../../core/rows/large-value';
import type { ShownValue } from '../../core/comparison/comparison';

/** Longer texts are held, and shown, by length and hash. */
const LONGEST = 2_000;

/** The row with its long values, LOBs mostly, cut down to their length and hash. */
export function compactRow(row: readonly (string | null)[]): readonly (string | null)[] {
  return row.map((cell) => (cell === null || cell.length <= LONGEST || isHashedText(cell) ? cell : hashedOf(cell)));
}

/** A cell of a compact row as it is shown to people. */
export function shownValue(cell: string | null): ShownValue {
  return cell !== null && isHashedText(cell) ? hashedParts(cell) : cell;
}
