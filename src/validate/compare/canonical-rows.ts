import { canonicalFor, type Canonical } from '../../core/canonical/canonical-text';
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
      return rendered;
    },
    ofServer: (row) => encoders.map((encode, position) => cell(encode, row[position + 1] ?? null)),
  };
}

function cell(encode: Canonical, value: TargetRow[number]): string | null {
  return value === null ? null : encode(value);
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
