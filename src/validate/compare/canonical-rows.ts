import { canonicalFor, type Canonical } from '../../core/canonical/canonical-text';
import { hashedLarge, hashedOf, isHashedText, largeIn } from '../../core/rows/large-value';
import { VALUE_LIMITS } from '../../core/rows/value-limits';
import type { TargetRow } from '../../core/mapping/wire';
import type { ServerRow, TargetReader } from '../../core/ports/target-reader';

type MutableRow = (string | null)[];

/** Renders rows of both sides by one and the same encoder. */
export interface CanonicalRows {
  /** Rows on their way into the target, in the form that the target would give them. */
  readonly ofWire: (rows: readonly TargetRow[]) => Promise<MutableRow[]>;
  /** Without the mark that says who wrote it. */
  readonly ofServer: (row: ServerRow) => MutableRow;
}

export function canonicalRows({ kinds, asStored }: Pick<TargetReader, 'kinds' | 'asStored'>): CanonicalRows {
  const encoders = kinds.map(canonicalFor);
  const serverOnly = kinds.flatMap((kind, position) => (kind === 'as-stored' ? [position] : []));
  return {
    ofWire: async (rows) => {
      const rendered = rows.map((row) => encoders.map((encode, position) => cell(encode, row[position] ?? null)));
      for (const position of serverOnly) await storeColumn(rendered, position, asStored);
      return rendered.map((row) => row.map(short));
    },
    ofServer: (row) => encoders.map((encode, position) => short(cell(encode, row[position + 1] ?? null))),
  };
}

function cell(encode: Canonical, value: TargetRow[number]): string | null {
  if (value === null) return null;
  const large = largeIn(value);
  if (large !== null) return hashedLarge(large);
  // The reader of the server's rows has hashed it, for it is too long for the memory.
  return typeof value === 'string' && isHashedText(value) ? value : encode(value);
}

function short(text: string | null): string | null {
  return text === null || text.length <= VALUE_LIMITS.hashed || isHashedText(text) ? text : hashedOf(text);
}

async function storeColumn(
  rows: readonly MutableRow[],
  position: number,
  asStored: TargetReader['asStored'],
): Promise<void> {
  const filled = rows.filter((row) => row[position] !== null);
  const stored = await asStored(
    position,
    filled.map((row) => row[position] ?? ''),
  );
  filled.forEach((row, index) => {
    row[position] = stored[index] ?? null;
  });
}

/** A multiset of rows by their digests. */
export type RowBag = Map<string, number>;

/** Takes one such row out; false where there is none. */
export function takeRow(bag: RowBag, digest: string): boolean {
  const left = bag.get(digest) ?? 0;
  if (left === 0) return false;
  if (left === 1) bag.delete(digest);
  else bag.set(digest, left - 1);
  return true;
}
