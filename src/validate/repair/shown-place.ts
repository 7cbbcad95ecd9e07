import type { RowDifference, ShownValue } from '../../core/comparison/comparison';
import type { ComparisonPlan } from '../compare/comparison-plan';

/** Values of a row by position in the plan's columns. */
type Shown = readonly (ShownValue | undefined)[];

/** What a row is recognised by, its key or all of it, as text: the same for a row of either side and one that a list shows. */
export function shownPlace({ keyPositions }: Pick<ComparisonPlan, 'keyPositions'>, shown: Shown): string {
  return JSON.stringify(keyPositions.map((position) => shown[position] ?? null));
}

/** The row of the target that a difference shows; empty where it shows none of its columns. */
export function shownActual({ load }: Pick<ComparisonPlan, 'load'>, { values }: RowDifference): ShownValue[] {
  const shown: ShownValue[] = [];
  for (const { column, actual = null } of values) {
    const position = load.columns.indexOf(column);
    if (position >= 0) shown[position] = actual;
  }
  return shown;
}
