import { checkMapping } from '../core/checks/contract-checks';
import type { Issue } from '../core/issues';
import type { LegacySource } from '../core/ports/legacy-source';
import { besideOperator, standingIssues } from '../core/run/standing';
import type { Readiness } from '../core/run/readiness';
import type { EntityJob } from '../migrate/jobs/entity-job';
import { UNDECIDED, type Guards } from '../migrate/preflight/guards';
import { askedOnce } from '../migrate/preflight/asked-once';
import { preflight } from '../migrate/preflight/preflight';
import { DEFAULT_LOAD, type LoadOptions } from '../core/run/options';
import { openSpillFile } from '../files/spill-file';
import { scanData } from '../migrate/scan/scan-data';
import { withReachable, type Databases, type Project } from './project/databases';
import { withLiveKeys } from '../migrate/jobs/live-jobs';
import { entityJobs, type JobSelection } from './project/entity-jobs';
import { allowancesAsked, type AllowanceRequest } from './run-guards';
import { placeTables } from './project/placed-tables';
import { leftRows, surveyProject } from './project/survey';
import { systemClock } from './project/system-clock';
import type { Ui } from './ui';

export interface ScanRequest extends AllowanceRequest, Pick<LoadOptions, 'rejectLimit' | 'onConflict'> {
  /** Entity names; empty for all. */
  readonly entities: readonly string[];
  /** About as many rows per table; null for all. */
  readonly sample: number | null;
}

export interface ScanResult {
  /** What the pre-flight found without looking at the data. */
  readonly preflight: readonly Issue[];
  /** Null where a database cannot be reached. */
  readonly readiness: Readiness | null;
}

/** The scan that is asked for where nothing else is said. */
export const DEFAULT_SCAN: ScanRequest = {
  entities: [],
  sample: null,
  rejectLimit: DEFAULT_LOAD.rejectLimit,
  onConflict: DEFAULT_LOAD.onConflict,
};

/** The pre-flight, then a scan of the data of all entities that it has nothing against. Changes nothing. */
export async function runScan(
  project: Project,
  request: ScanRequest,
  ui: Pick<Ui, 'emit' | 'signal'>,
): Promise<ScanResult> {
  const work = async (databases: Databases): Promise<ScanResult> => {
    const looked = askedOnce(databases);
    const asked = { entities: request.entities, where: {} };
    const { selection, places } = await placeTables(project, asked, looked.target);
    const jobs = await withLiveKeys(entityJobs(project, selection), looked.target);
    const found = await preflight(jobs, { ...looked, checkMapping, places }, guardsOfScan(project, request));
    const unfit = jobs.filter((job) => found.some((issue) => standsAgainst(issue, job))).map(({ entity }) => entity);
    const options = { ...DEFAULT_LOAD, ...request, unfit };
    const readiness = await scanData(
      jobs,
      { ...databases, clock: systemClock(), openSpill: openSpillFile, ...ui },
      options,
    );
    const standing = await databases.target.standing();
    const left = await leftBehind(project, selection, databases.source);
    return {
      preflight: besideOperator([...found, ...standingIssues(standing), ...left], standing.operator),
      readiness,
    };
  };
  const unreachable = (faults: readonly Issue[]): ScanResult => ({ preflight: faults, readiness: null });
  return withReachable(project, { work, unreachable });
}

/** Tables and rows that no mapping takes. */
async function leftBehind(project: Project, selection: JobSelection, source: LegacySource): Promise<Issue[]> {
  const { survey, issues } = await surveyProject(project, selection, source);
  return [...issues, ...(await leftRows(survey, source, []))];
}

function guardsOfScan(project: Project, request: ScanRequest): Guards {
  const allowed = allowancesAsked(project, request);
  return { ...UNDECIDED, allowed, earlierRuns: request.onConflict === null ? 'refuse' : 'decided' };
}

/** Errors that are about what is in the tables, or becomes of it there, not about how they are read. */
const ABOUT_ROWS = [
  'PARENT_EMPTY',
  'TARGET_MIGRATED',
  'TRIGGERS_FIRE',
  'TARGET_UNLOGGED',
  'TARGET_ROW_SECURITY',
  'TARGET_NO_REPLICA_IDENTITY',
];

function standsAgainst({ level, code, subject }: Issue, { entity }: EntityJob): boolean {
  const isItsOwn = subject === entity || subject.startsWith(`${entity}.`);
  return level === 'error' && isItsOwn && !ABOUT_ROWS.includes(code);
}
