import type { NotedReject } from '../../core/ports/reject-loader';
import type { Target } from '../../core/ports/target';
import { VALUE_LIMITS } from '../../core/rows/value-limits';
import type { ComparisonPlan } from './comparison-plan';

const MOST_REJECTS = 500;

/** The rejects of the compared entity that are no orphans, in their order: as many at a time as are transformed together, or fewer where they are long. */
export async function* rejectsAtOnce({
  plan,
  target,
  runId,
}: {
  readonly plan: Pick<ComparisonPlan, 'entity'>;
  readonly target: Pick<Target, 'ledger'>;
  readonly runId: string;
}): AsyncGenerator<readonly NotedReject[]> {
  let held: NotedReject[] = [];
  let characters = 0;
  for await (const reject of target.ledger.rejectsOf(runId, plan.entity)) {
    if (reject.stage === 'orphan') continue;
    held.push(reject);
    characters += reject.raw.length;
    if (held.length < MOST_REJECTS && characters <= VALUE_LIMITS.batch) continue;
    yield held;
    held = [];
    characters = 0;
  }
  if (held.length > 0) yield held;
}
