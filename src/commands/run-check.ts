import { checkMapping } from '../core/contract-checks';
import type { Issue } from '../core/issues';
import { standingIssues } from '../core/standing';
import { UNDECIDED } from '../migrate/guards';
import { preflight } from '../migrate/preflight';
import { connectionIssues, withDatabases, type Project } from './databases';
import { withLiveKeys } from '../migrate/live-jobs';
import { entityJobs } from './entity-jobs';
import { allowancesAsked, type AllowanceRequest } from './run-guards';

export interface CheckRequest extends AllowanceRequest {
  /** Entity names; empty for all. */
  readonly entities: readonly string[];
  /** `connections` looks at the two databases only. */
  readonly scope: 'everything' | 'connections';
}

/** The pre-flight: every finding about connections, dictionary, mappings, entities and target. Changes nothing. */
export async function runCheck(project: Project, request: CheckRequest): Promise<Issue[]> {
  const unreachable = await connectionIssues(project);
  if (unreachable.length > 0) return unreachable;
  const mapped = request.scope === 'connections' ? [] : entityJobs(project, { entities: request.entities, where: {} });
  const allowed = allowancesAsked(project, request);
  return withDatabases(project, async (databases) => {
    const jobs = await withLiveKeys(mapped, databases.target);
    const found = await preflight(jobs, { ...databases, checkMapping }, { ...UNDECIDED, allowed });
    return [...found, ...standingIssues(await databases.target.standing())];
  });
}
