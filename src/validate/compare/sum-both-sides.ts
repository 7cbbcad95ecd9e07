import { BucketSums } from '../../core/canonical/bucket-sums';
import { figureCounter, type FigureCounter, type Figures } from '../../core/canonical/column-figures';
import { digestOf, rowText, spread } from '../../core/canonical/row-digest';
import type { TargetReader } from '../../core/ports/target-reader';
import { emptyTally, stopped, type ExpectedRows, type ExpectedTally } from './expected-rows';
import type { CanonicalRows } from './canonical-rows';
import type { ComparisonPlan } from './comparison-plan';
import { placeText } from './place-text';
import type { InTheWay } from './rows-in-the-way';
import { SAMPLES } from '../../core/run/sample-size';

type Row = readonly (string | null)[];

/** The rows whose keys have the smallest hashes: both sides keep the same ones without knowing of each other. */
interface RowSamples {
  readonly offer: (place: number, row: Row) => void;
  /** In ascending order of place. */
  readonly rows: () => readonly { readonly place: number; readonly row: Row }[];
}

function rowSamples(): RowSamples {
  const kept: { place: number; row: Row }[] = [];
  let most = Infinity;
  return {
    offer(place, row) {
      if (place >= most) return;
      kept.push({ place, row });
      kept.sort((a, b) => a.place - b.place);
      kept.length = Math.min(kept.length, SAMPLES);
      if (kept.length === SAMPLES) most = kept.at(-1)?.place ?? most;
    },
    rows: () => kept,
  };
}

/** Both sides of one entity, ready to be read as often as needed. */
export interface BothSides {
  readonly plan: ComparisonPlan;
  readonly expected: ExpectedRows;
  readonly reader: TargetReader;
  readonly canonical: CanonicalRows;
  /** The table holds rows that are not the run's, which are not to be judged. */
  readonly shared: boolean;
  /** Asked only where rows are found that nobody has written. */
  readonly inTheWay: () => Promise<InTheWay>;
  readonly signal: AbortSignal;
}

/** What one side adds up to. */
export interface SideSums {
  readonly sums: BucketSums;
  /** As many as were added to the sums. */
  readonly rows: number;
  characters: number;
  readonly samples: RowSamples;
  /** By column; null for kinds without figures, and where a value has no place in them. */
  readonly figures: () => readonly (Figures | null)[];
}

/** What is needed of a row to put it in its bucket. */
interface SumOf extends SideSums {
  readonly counters: readonly (FigureCounter | null)[];
}

/** The first pass: every row of both sides once, each into its bucket. Memory does not depend on the number of rows. */
export async function sumBothSides(
  sides: BothSides,
  buckets: number,
): Promise<{ readonly expected: SideSums; readonly actual: SideSums; readonly tally: ExpectedTally }> {
  const expected = sideSums(sides, buckets);
  const actual = sideSums(sides, buckets);
  const tally: ExpectedTally = emptyTally();
  await together(sides.signal, [
    async (isStopped) => {
      for await (const batch of sides.expected.read(tally)) {
        if (isStopped()) throw stopped();
        batch.rows.forEach((row, index) => {
          addRow(expected, sides.plan, { row, digest: batch.digests[index] ?? '' });
        });
      }
    },
    async (isStopped) => {
      for await (const batch of sides.reader.rows(sides.shared ? 'run' : 'all')) {
        if (isStopped()) throw stopped();
        for (const server of batch) {
          const row = sides.canonical.ofServer(server);
          addRow(actual, sides.plan, { row, digest: digestOf(rowText(row)) });
        }
      }
    },
  ]);
  return { expected, actual, tally };
}

function sideSums({ reader }: BothSides, buckets: number): SumOf {
  const counters = reader.kinds.map(figureCounter);
  const sums = new BucketSums(buckets);
  return {
    sums,
    get rows() {
      return sums.rows;
    },
    characters: 0,
    samples: rowSamples(),
    counters,
    figures: () => counters.map((counter) => counter?.figures() ?? null),
  };
}

function addRow(
  side: SumOf,
  plan: ComparisonPlan,
  { row, digest }: { readonly row: readonly (string | null)[]; readonly digest: string },
): void {
  const place = spread(placeText(plan, row, digest));
  side.sums.add(place % side.sums.buckets, digest);
  side.samples.offer(place, row);
  for (const [position, counter] of side.counters.entries()) {
    const value = row[position] ?? null;
    if (value === null) continue;
    side.characters += value.length;
    counter?.add(value);
  }
}

type SideWork = (isStopped: () => boolean) => Promise<void>;

/** Runs both at once. When one fails the other stops at its next batch, and the failure is thrown when both have ended. */
export async function together(signal: AbortSignal, works: readonly SideWork[]): Promise<void> {
  let failed = false;
  const ends = await Promise.allSettled(
    works.map(async (work) => {
      try {
        await work(() => failed || signal.aborted);
      } catch (error) {
        if (failed) return;
        failed = true;
        throw error;
      }
    }),
  );
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}
