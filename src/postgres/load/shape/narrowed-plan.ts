import type { TargetRow } from '../../../core/mapping/wire';
import type { WritePlan } from '../../../core/ports/write-plan';

/** The plan of some of the columns, by their positions. */
export function narrowedPlan<Plan extends WritePlan>(plan: Plan, positions: readonly number[]): Plan {
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
