import { missingIssues } from '../core/run/missing';
import { standingIssues } from '../core/run/standing';
import type { Issue } from '../core/issues';
import type { Target } from '../core/ports/target';

/** What stands in the target against a run, or any other: rows that agree prove nothing where nothing keeps them from being changed. */
export async function standingFound(target: Target, runId: string): Promise<Issue[]> {
  const standing = await target.standing();
  return [...standingIssues({ ...standing, rehearsals: [] }), ...missingIssues(standing, runId)];
}
