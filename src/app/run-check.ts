import type { TablePlaces } from '../core/checks/table-places';
import { checkMapping } from '../core/checks/contract-checks';
import { MigrationError } from '../core/errors';
import type { Issue } from '../core/issues';
import type { Target } from '../core/ports/target';
import { DEFAULT_LOAD } from '../core/run/options';
import { besideOperator, standingIssues } from '../core/run/standing';
import { UNDECIDED } from '../migrate/preflight/guards';
import type { EntityJob } from '../migrate/jobs/entity-job';
import { leftRows, surveyProject } from './project/survey';
import { askedOnce } from '../migrate/preflight/asked-once';
import { preflight } from '../migrate/preflight/preflight';
import { withReachable, type Databases, type Project } from './project/databases';
import { withLiveKeys } from '../migrate/jobs/live-jobs';
import { entityJobs } from './project/entity-jobs';
import { machineIssues } from './machine-issues';
import { allowancesAsked, type AllowanceRequest } from './run-guards';
import { PLACED_BEFORE, placeTables } from './project/placed-tables';

export interface CheckRequest extends AllowanceRequest {
  /** Entity names; empty for all. */
  readonly entities: readonly string[];
  /** `connections` looks at the two databases only. */
  readonly scope: 'everything' | 'connections';
}

/** The pre-flight: every finding about connections, dictionary, mappings, entities and target. Changes nothing. */
export async function runCheck(project: Project, request: CheckRequest): Promise<Issue[]> {
  const work = async (opened: Databases): Promise<Issue[]> => {
    const databases = askedOnce(opened);
    const allowed = allowancesAsked(project, request);
    const { jobs, places } = await askedJobs(project, request, databases.target);
    const found = await preflight(jobs, { ...databases, checkMapping, places }, { ...UNDECIDED, allowed });
    const machine = await machineIssues(jobs, { ...project, ...databases, load: DEFAULT_LOAD, begun: null });
    const all = await withStanding(databases.target, [...found, ...machine]);
    return request.scope === 'connections'
      ? all
      : [...all, ...(await leftBehind(project, request, { ...databases, found: all }))];
  };
  return withReachable(project, { work, unreachable: (faults) => [...faults] });
}

/** Of a ledger that this user may not read nothing more is known; that it may not is a finding already. */
async function withStanding(target: Target, found: readonly Issue[]): Promise<Issue[]> {
  try {
    const standing = await target.standing();
    return besideOperator([...found, ...standingIssues(standing)], standing.operator);
  } catch (error) {
    const isKnown = found.some(({ code, subject }) => code === 'TARGET_RIGHTS' && subject === 'target');
    if (error instanceof MigrationError && error.code === 'TARGET_RIGHTS' && isKnown) return [...found];
    throw error;
  }
}

async function askedJobs(
  project: Project,
  { entities, scope }: CheckRequest,
  target: Target,
): Promise<{ readonly jobs: readonly EntityJob[]; readonly places: TablePlaces }> {
  if (scope === 'connections') return { jobs: [], places: PLACED_BEFORE };
  const { selection, places } = await placeTables(project, { entities, where: {} }, target);
  return { jobs: await withLiveKeys(entityJobs(project, selection), target), places };
}

/** What keeps the rows of a mapping's table from being counted. */
const REFUSED = new Set(['CONDITION_REFUSED', 'SOURCE_QUERY_REFUSED', 'SOURCE_TABLE_MISSING']);

/** Tables and rows that no mapping takes. Why a condition is refused is said once, by the pre-flight. */
async function leftBehind(
  project: Project,
  { entities }: CheckRequest,
  { source, found }: Pick<Databases, 'source'> & { readonly found: readonly Issue[] },
): Promise<Issue[]> {
  const { survey, issues } = await surveyProject(project, { entities, where: {} }, source);
  const refused = found.filter(({ code }) => REFUSED.has(code)).map(({ subject }) => subject);
  return [...issues, ...(await leftRows(survey, source, refused))];
}
