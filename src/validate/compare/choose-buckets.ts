import type { BucketSums } from '../../core/canonical/bucket-sums';

/** Rows and characters of both sides that are held at most while buckets are looked into. */
const MOST_HELD_ROWS = 200_000;
const MOST_HELD_CHARACTERS = 32_000_000;
/** A long value is held by its hash. */
const MOST_PER_CELL = 2_000;

/** What one side adds up to. */
export interface SideSize {
  readonly sums: Pick<BucketSums, 'counts'>;
  readonly rows: number;
  readonly characters: number;
}

/** Which of the buckets that differ are looked into, and what the others come to. */
export interface ChosenBuckets {
  readonly chosen: ReadonlySet<number>;
  /** Null where all are chosen. */
  readonly left: { readonly groups: number; readonly rows: number } | null;
}

/** The smallest buckets first, as many as fit the memory; at least one. */
export function chooseBuckets(
  differing: readonly number[],
  { expected, actual, columns }: { readonly expected: SideSize; readonly actual: SideSize; readonly columns: number },
): ChosenBuckets {
  const sizeOf = (bucket: number): number => (expected.sums.counts[bucket] ?? 0) + (actual.sums.counts[bucket] ?? 0);
  const mean = (expected.characters + actual.characters) / Math.max(1, expected.rows + actual.rows);
  const perRow = Math.max(1, Math.min(mean, columns * MOST_PER_CELL));
  const most = Math.min(MOST_HELD_ROWS, MOST_HELD_CHARACTERS / perRow);
  const chosen = new Set<number>();
  let held = 0;
  const left = { groups: 0, rows: 0 };
  for (const bucket of [...differing].sort((a, b) => sizeOf(a) - sizeOf(b))) {
    held += sizeOf(bucket);
    if (held <= most || chosen.size === 0) {
      chosen.add(bucket);
      continue;
    }
    left.groups += 1;
    left.rows += sizeOf(bucket);
  }
  return { chosen, left: left.groups === 0 ? null : left };
}
