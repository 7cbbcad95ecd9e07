import type { ComparisonPlan } from '../compare/comparison-plan';
import type { OwedRows } from './owed-rows';
import type { WantedRow } from './wanted-rows';

/** Which missing rows may be inserted: no more than the source has beyond those that are there now. */
export interface RoomForRows {
  /** Whether there is room for the row, which is taken then. */
  readonly take: (row: WantedRow) => boolean;
  /** The row comes in the place of another one. */
  readonly replaced: (row: WantedRow) => void;
}

export function roomFor(
  { plan, owed }: { readonly plan: ComparisonPlan; readonly owed: OwedRows },
  present: ReadonlyMap<string, number>,
): RoomForRows {
  const there = new Map(present);
  const countOf = (place: string): number => there.get(place) ?? 0;
  return {
    take: ({ place }) => {
      if (countOf(place) >= (owed?.get(place) ?? 1)) return false;
      there.set(place, countOf(place) + 1);
      return true;
    },
    // Recognised by a key, the row that it replaces is at its place already.
    replaced: ({ place }) => {
      if (plan.matchedBy.kind === 'whole row') there.set(place, countOf(place) + 1);
    },
  };
}
