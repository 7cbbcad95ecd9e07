import type { RowDifference } from '../../core/comparison';
import type { LegacySource } from '../../core/ports/legacy-source';
import type { OpenSpill } from '../../core/ports/spill';
import type { Target } from '../../core/ports/target';
import { canonicalRows } from '../compare/canonical-rows';
import type { ComparisonPlan } from '../compare/comparison-plan';
import { emptyTally, openExpected } from '../compare/expected-rows';
import { placeText } from '../compare/place-text';
import type { WantedRow } from './wanted-rows';

export interface OwedFrom {
  readonly plan: ComparisonPlan;
  readonly source: LegacySource;
  readonly target: Target;
  readonly runId: string;
  readonly scn: string | null;
  /** Rows of the entity that the run has skipped. */
  readonly skipped: number;
  readonly openSpill?: OpenSpill;
}

/** By place: how many rows there should be in the target. Null: one at most, since a primary key recognises them. */
export type OwedRows = ReadonlyMap<string, number> | null;

/**
 * Counts in the source how many rows should have the place of each missing one. Without a primary key nothing else says that a missing
 * row has come by now, for example by another list of the same damage: an equal one may be there rightly.
 */
export async function owedRows(
  from: OwedFrom,
  differences: readonly RowDifference[],
  wanted: ReadonlyMap<RowDifference, WantedRow>,
): Promise<OwedRows> {
  const { plan, target, runId } = from;
  if (plan.matchedBy.kind === 'primary key') return null;
  const missing = differences.filter(({ kind }) => kind === 'missing');
  const owed = new Map(missing.flatMap((one) => wanted.get(one) ?? []).map(({ place }) => [place, 0]));
  const chunks = await target.ledger.findPlan(runId, plan.entity);
  if (owed.size === 0 || chunks === null) return owed;
  const { table, columns } = plan.load;
  const reader = await target.reader({ runId, entity: plan.entity, table, columns });
  try {
    const canonical = canonicalRows(reader);
    const { signal } = new AbortController();
    const side = { ...from, reader, canonical, chunks, signal, changes: [], narrowed: [], checksums: null };
    const expected = await openExpected(side);
    for await (const { rows, digests } of expected.read(emptyTally())) {
      for (const [index, row] of rows.entries()) {
        const place = placeText(plan, row, digests[index] ?? '');
        const count = owed.get(place);
        if (count !== undefined) owed.set(place, count + 1);
      }
    }
    return owed;
  } finally {
    await reader.close();
  }
}
