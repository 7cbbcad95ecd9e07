import { keyText } from '../../core/canonical/row-digest';
import type { ComparisonPlan } from './comparison-plan';

/** What a row is recognised by, as text: its key, or its digest where it has none. */
export function placeText(plan: ComparisonPlan, row: readonly (string | null)[], digest: string): string {
  return plan.matchedBy.kind === 'whole row' ? digest : keyText(row, plan.keyPositions);
}
