import type { TargetRow } from '../../../core/mapping/wire';
import type { LoadPlan } from '../../../core/ports/target';

/** The plan of some of the columns, by their positions. */
export function narrowedPlan(plan: LoadPlan, positions: readonly number[]): LoadPlan {
  const keyPositions = plan.keyPositions.map((position) => positions.indexOf(position));
  return {
    ...plan,
    columns: positions.map((position) => plan.columns[position] ?? ''),
    properties: positions.map((position) => plan.properties[position] ?? ''),
    keyPositions: keyPositions.includes(-1) ? [] : keyPositions,
  };
}

export function picked(row: TargetRow, positions: readonly number[]): TargetRow {
  return positions.map((position) => row[position] ?? null);
}
