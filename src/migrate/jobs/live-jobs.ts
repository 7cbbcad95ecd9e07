import { liveRelations } from '../../core/checks/live-relations';
import { sameTable } from '../../core/mapping/table-name';
import type { Target } from '../../core/ports/target';
import type { EntityJob } from './entity-job';
import { orderEntities, parentsOf } from './order-entities';

/**
 * The jobs with the foreign keys that their live tables have and their entities do not declare, in the order that these ask for. What
 * a mapping's fingerprint is made of does not change by it.
 */
export async function withLiveKeys(jobs: readonly EntityJob[], target: Pick<Target, 'table'>): Promise<EntityJob[]> {
  const completed: EntityJob[] = [];
  for (const job of jobs) {
    const { contract, load, mapping } = job;
    const table = await target.table(contract.table);
    const live = liveRelations({ contract, load, orphans: mapping.orphans }, table);
    completed.push({ ...job, contract: live.contract, mapping: { ...mapping, orphans: live.orphans } });
  }
  const related = completed.map((job) => ({
    ...job,
    parents: [...new Set([...job.parents, ...parentsOf(job.contract, completed)])],
  }));
  return orderEntities(related, (entity) => lookedUpBy(related, entity));
}

/** The entities in whose tables the fields of one look their values up. */
function lookedUpBy(jobs: readonly EntityJob[], entity: string): string[] {
  const job = jobs.find((candidate) => candidate.entity === entity);
  const tables = (job?.lookups?.inTarget ?? []).map(({ table }) => table);
  const others = jobs.filter((other) => other.entity !== entity && job?.sharers.includes(other.entity) !== true);
  return others
    .filter(({ contract }) => tables.some((table) => sameTable(table, contract.table)))
    .map((other) => other.entity);
}
