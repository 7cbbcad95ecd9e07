import { plainName } from '../core/mapping/table-name';
import { DEFAULT_LOAD, type LoadOptions } from '../core/run/options';
import type { PlannedEntity } from '../report/screen/plan';
import type { EntityJob } from '../migrate/jobs/entity-job';
import { withDatabases, type Project } from './project/databases';
import { entityJobs } from './project/entity-jobs';
import { placeTables } from './project/placed-tables';

export interface PlanRequest extends Pick<LoadOptions, 'batchSize'> {
  /** Entity names; empty for all. */
  readonly entities: readonly string[];
}

/** The plan that is asked for where nothing else is said. */
export const DEFAULT_PLAN: PlanRequest = { entities: [], batchSize: DEFAULT_LOAD.batchSize };

/** What a migration would do, counted in the source as it is now; the target is asked for nothing but where its tables are. */
export async function runPlan(project: Project, request: PlanRequest): Promise<PlannedEntity[]> {
  return withDatabases(project, async ({ source, target }) => {
    const { selection } = await placeTables(project, { entities: request.entities, where: {} }, target);
    const jobs = entityJobs(project, selection);
    const planned: PlannedEntity[] = [];
    for (const job of jobs) {
      const snapshot = { plan: job.read, scn: null };
      const counts = await source.count(snapshot);
      const { strategy, chunks } = await source.planChunks(snapshot, request.batchSize);
      planned.push({ ...described(job), ...counts, strategy, chunks: chunks.length });
    }
    return planned;
  });
}

function described({
  entity,
  mapping,
  contract,
  parents,
}: EntityJob): Pick<PlannedEntity, 'entity' | 'source' | 'target' | 'parents'> {
  return { entity, source: mapping.source, target: plainName(contract.table), parents };
}
