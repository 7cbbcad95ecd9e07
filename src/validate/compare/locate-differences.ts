import { digestOf, rowText, spread } from '../../core/canonical/row-digest';
import type { DifferenceKind, RowDifference, ValuePair } from '../../core/comparison';
import type { RowOwner } from '../../core/ports/target-reader';
import { rowNaming } from '../../core/row-rejects';
import { chooseBuckets } from './choose-buckets';
import type { ComparisonPlan } from './comparison-plan';
import { emptyTally, stopped } from './expected-rows';
import { pairedByLikeness, RowGroups, type Unmatched } from './match-rows';
import { compactRow, shownValue } from './shown-values';
import { placeText, together, type BothSides, type SideSums } from './sum-both-sides';

/** Differences of one entity that are kept with their values; more are only counted. */
const MOST_LOCATED = 10_000;

/** What was found in the buckets that differ. */
export interface Located {
  readonly differences: readonly RowDifference[];
  readonly counts: Record<DifferenceKind, number>;
  /** By property: rows in which it differs. */
  readonly columns: Record<string, number>;
  readonly unlocated: { readonly groups: number; readonly rows: number } | null;
  /** Rows that agree and were no part of the sums: somebody has written them since. */
  readonly standIns: number;
}

/** The second pass: both sides are read again, and only the rows of buckets that differ are looked at. */
export async function locateDifferences(
  sides: BothSides,
  sums: { readonly expected: SideSums; readonly actual: SideSums },
): Promise<Located> {
  const differing = sums.expected.sums.differing(sums.actual.sums);
  const { chosen, left } = chooseBuckets(differing, { ...sums, columns: sides.plan.load.columns.length });
  const { found, standIns } =
    chosen.size === 0 ? NOTHING_FOUND : await unmatchedRows(sides, chosen, sums.expected.sums.buckets);
  return { ...described(sides.plan, found), unlocated: left, standIns };
}

interface Found {
  readonly found: readonly Unmatched[];
  readonly standIns: number;
}

const NOTHING_FOUND: Found = { found: [], standIns: 0 };

async function unmatchedRows(sides: BothSides, chosen: ReadonlySet<number>, buckets: number): Promise<Found> {
  const { plan, expected, reader, canonical, shared, signal } = sides;
  const groups = new RowGroups();
  const judged = new Set<string>(shared ? ['t'] : (['t', 'f'] satisfies RowOwner[]));
  const naming = rowNaming(plan.read);
  const inChosen = (place: string): boolean => chosen.has(spread(place) % buckets);
  await together(signal, [
    async (isStopped) => {
      for await (const batch of expected.read(emptyTally())) {
        if (isStopped()) throw stopped();
        batch.rows.forEach((row, index) => {
          const digest = batch.digests[index] ?? '';
          const place = placeText(plan, row, digest);
          if (!inChosen(place)) return;
          const origin = batch.origins[index] ?? [];
          const named = { legacyKey: naming.keyOf(origin), rowid: typeof origin[0] === 'string' ? origin[0] : null };
          groups.addExpected(place, { row: compactRow(row), digest, chunk: batch.chunk, ...named });
        });
      }
    },
    async (isStopped) => {
      for await (const batch of reader.rows('all')) {
        if (isStopped()) throw stopped();
        for (const server of batch) {
          const row = canonical.ofServer(server);
          const digest = digestOf(rowText(row));
          const place = placeText(plan, row, digest);
          if (!inChosen(place)) continue;
          groups.addActual(place, { row: compactRow(row), digest, own: judged.has(server[0] ?? '') });
        }
      }
    },
  ]);
  const found = [...groups.differences()];
  return {
    found: plan.matchedBy.kind === 'whole row' ? pairedByLikeness(found) : found,
    standIns: shared ? groups.standIns : 0,
  };
}

function described(plan: ComparisonPlan, found: readonly Unmatched[]): Omit<Located, 'unlocated' | 'standIns'> {
  const counts = { missing: 0, extra: 0, doubled: 0, different: 0 };
  const columns: Record<string, number> = {};
  for (const { kind, positions } of found) {
    counts[kind] += 1;
    for (const position of positions) {
      const property = plan.load.properties[position] ?? '';
      columns[property] = (columns[property] ?? 0) + 1;
    }
  }
  return { counts, columns, differences: found.slice(0, MOST_LOCATED).map((one) => differenceOf(plan, one)) };
}

function differenceOf(plan: ComparisonPlan, { kind, expected, actual, positions }: Unmatched): RowDifference {
  const keyed = actual ?? expected;
  const shown = kind === 'different' ? positions : [...plan.load.columns.keys()];
  return {
    kind,
    legacyKey: expected?.legacyKey ?? null,
    rowid: expected?.rowid ?? null,
    chunk: expected?.chunk ?? null,
    targetKey:
      plan.matchedBy.kind === 'whole row' ? null : plan.keyPositions.map((position) => keyed?.row[position] ?? null),
    properties: positions.map((position) => plan.load.properties[position] ?? ''),
    values: shown.map((position) => valuePair(plan, position, { expected: expected?.row, actual: actual?.row })),
  };
}

/** One column of a row on both sides, or on the one that has the row. */
export function valuePair(
  { load }: ComparisonPlan,
  position: number,
  {
    expected,
    actual,
  }: {
    readonly expected?: readonly (string | null)[] | undefined;
    readonly actual?: readonly (string | null)[] | undefined;
  },
): ValuePair {
  return {
    property: load.properties[position] ?? '',
    column: load.columns[position] ?? '',
    ...(expected === undefined ? {} : { expected: shownValue(expected[position] ?? null) }),
    ...(actual === undefined ? {} : { actual: shownValue(actual[position] ?? null) }),
  };
}
