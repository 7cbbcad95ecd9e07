import { digestOf, rowText, spread } from '../../core/canonical/row-digest';
import { MOST_LISTED, type DifferenceKind, type RowDifference, type ValuePair } from '../../core/comparison/comparison';
import type { RowOwner } from '../../core/ports/target-reader';
import { rowNaming } from '../../core/rows/row-rejects';
import { chooseBuckets } from './choose-buckets';
import type { ComparisonPlan } from './comparison-plan';
import { emptyTally, stopped } from './expected-rows';
import { pairedByLikeness, RowGroups, type Unmatched } from './match-rows';
import { compactRow, shownValue } from './shown-values';
import { placeText } from './place-text';
import { together, type BothSides, type SideSums } from './sum-both-sides';

/** What was found in the buckets that differ. */
export interface Located {
  readonly differences: readonly RowDifference[];
  readonly counts: Record<DifferenceKind, number>;
  /** By property: rows in which it differs. */
  readonly columns: Record<string, number>;
  readonly unlocated: { readonly groups: number; readonly rows: number } | null;
  /** Rows by which the figures of the two sides differ rightly: of others, or rewritten by others. */
  readonly notInFigures: number;
  /** Rows of the table that are neither as they should be, nor different, nor too many: others have written them. */
  readonly others: number;
}

/** The second pass: both sides are read again, and only the rows of buckets that differ are looked at. */
export async function locateDifferences(
  sides: BothSides,
  sums: { readonly expected: SideSums; readonly actual: SideSums },
): Promise<Located> {
  const differing = sums.expected.sums.differing(sums.actual.sums);
  const { chosen, left } = chooseBuckets(differing, { ...sums, columns: sides.plan.load.columns.length });
  const { found, standIns, strangers } =
    chosen.size === 0 ? NOTHING_FOUND : await unmatchedRows(sides, chosen, sums.expected.sums.buckets);
  const others = otherRows(sides, await sides.reader.owners(), { found, standIns, strangers });
  return {
    ...described(sides.plan, found),
    unlocated: left,
    notInFigures: sides.shared ? standIns : strangers,
    others,
  };
}

interface Found {
  readonly found: readonly Unmatched[];
  /** Rows that are not the run's own, as far as is known, and agree with one that should be there. */
  readonly standIns: number;
  /** Rows that were looked at and are in no difference. */
  readonly strangers: number;
}

const NOTHING_FOUND: Found = { found: [], standIns: 0, strangers: 0 };

/** Where the table is shared, rows that are not the run's are no part of the sums: all of them are others', but those that are found to be partners. */
function otherRows(
  { shared }: BothSides,
  { o, l, s, f }: Awaited<ReturnType<BothSides['reader']['owners']>>,
  { found, standIns, strangers }: Found,
): number {
  if (!shared) return o + strangers;
  const partners = found.filter(({ kind, actual }) => kind === 'different' && actual?.own === false).length;
  return o + l + s + f - standIns - partners;
}

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
          const nobodys = server[0] === 'f';
          groups.addActual(place, { row: compactRow(row), digest, own: judged.has(server[0] ?? ''), nobodys });
        }
      }
    },
  ]);
  const found = await judgedRows(sides, [...groups.differences()]);
  const strangers = groups.unmatched - found.filter(({ actual }) => actual !== null).length;
  return { found, standIns: groups.standIns, strangers };
}

/** Without rows of the application that stand in the way of rejected ones: these are no one's fault. */
async function judgedRows(
  { plan, shared, inTheWay }: Pick<BothSides, 'plan' | 'shared' | 'inTheWay'>,
  found: readonly Unmatched[],
): Promise<readonly Unmatched[]> {
  const pair = (rows: readonly Unmatched[]): readonly Unmatched[] =>
    plan.matchedBy.kind === 'whole row' ? pairedByLikeness(rows) : rows;
  const isSuspect = ({ expected, actual }: Unmatched): boolean => expected === null && actual?.nobodys === true;
  if (shared || !found.some(isSuspect)) return pair(found);
  const stands = await inTheWay();
  const isInTheWay = (one: Unmatched, how: 'by its place' | 'at all'): boolean =>
    isSuspect(one) && one.actual !== null && stands(one.kind, one.actual) === how;
  // A row may be the run's own with one value changed: that is seen before all rows are taken to be others'.
  return pair(found.filter((one) => !isInTheWay(one, 'by its place'))).filter((one) => !isInTheWay(one, 'at all'));
}

function described(
  plan: ComparisonPlan,
  found: readonly Unmatched[],
): Omit<Located, 'unlocated' | 'notInFigures' | 'others'> {
  const counts = { missing: 0, extra: 0, doubled: 0, different: 0 };
  const columns: Record<string, number> = {};
  for (const { kind, positions } of found) {
    counts[kind] += 1;
    for (const position of positions) {
      const property = plan.load.properties[position] ?? '';
      columns[property] = (columns[property] ?? 0) + 1;
    }
  }
  return { counts, columns, differences: found.slice(0, MOST_LISTED).map((one) => differenceOf(plan, one)) };
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
