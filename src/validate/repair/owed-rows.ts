import type { RowDifference } from '../../core/comparison/comparison';
import type { LegacySource } from '../../core/ports/legacy-source';
import type { OpenSpill } from '../../core/ports/spill';
import type { Target } from '../../core/ports/target';
import { canonicalRows } from '../compare/canonical-rows';
import type { ComparisonPlan } from '../compare/comparison-plan';
import { emptyTally, openExpected } from '../compare/expected-rows';
import { compactRow, shownValue } from '../compare/shown-values';
import { shownActual, shownPlace } from './shown-place';
import type { WantedRow } from './wanted-rows';

export interface OwedFrom {
  readonly plan: ComparisonPlan;
  readonly source: LegacySource;
  readonly target: Target;
  readonly runId: string;
  readonly scn: string | null;
  /** Rows of the entity that the run has skipped. */
  readonly skipped: number;
  readonly openSpill: OpenSpill;
}

/** By place: how many rows there should be in the target. Of a place that is not in it: one at most. */
export type OwedRows = ReadonlyMap<string, number>;

/**
 * Counts in the source how many rows should have the place of each row that would go for good, being extra or given up for another one: none,
 * or the list says what no comparison has found. Without a primary key also those of each missing or doubled one: nothing else says that a
 * missing row has come by now, or that a doubled one is gone, for example by another list of the same damage: equal ones may be there rightly.
 */
export async function owedRows(
  from: OwedFrom,
  differences: readonly RowDifference[],
  wanted: ReadonlyMap<RowDifference, WantedRow>,
): Promise<OwedRows> {
  const { plan, target, runId } = from;
  const owed = new Map(differences.flatMap((one) => placesToCount(plan, one, wanted)).map((place) => [place, 0]));
  const chunks = await target.ledger.findPlan(runId, plan.entity);
  if (owed.size === 0 || chunks === null) return owed;
  const { table, columns } = plan.load;
  const reader = await target.reader({ runId, entity: plan.entity, table, columns });
  try {
    const canonical = canonicalRows(reader);
    const { signal } = new AbortController();
    const side = { ...from, reader, canonical, chunks, signal, changes: [], narrowed: [], checksums: null };
    const expected = await openExpected(side);
    for await (const { rows } of expected.read(emptyTally())) {
      for (const row of rows) {
        const place = shownPlace(plan, compactRow(row).map(shownValue));
        const count = owed.get(place);
        if (count !== undefined) owed.set(place, count + 1);
      }
    }
    return owed;
  } finally {
    await reader.close();
  }
}

function placesToCount(
  plan: ComparisonPlan,
  difference: RowDifference,
  wanted: ReadonlyMap<RowDifference, WantedRow>,
): readonly string[] {
  const { kind } = difference;
  const row = wanted.get(difference);
  const actual = shownPlace(plan, Object.assign([...(row?.shown ?? [])], shownActual(plan, difference)));
  if (kind === 'extra') return [actual];
  if (kind === 'different') return row === undefined || row.place === actual ? [] : [actual];
  // A primary key lets no second row in.
  if (plan.matchedBy.kind === 'primary key') return [];
  if (kind === 'doubled') return [actual];
  return row === undefined ? [] : [row.place];
}
