import type { OrphanVerdict } from '../core/outcomes';
import type { OrphanRule, Target } from '../core/ports/target';
import type { EntityJob } from './entity-job';

/** One rule per relation of the jobs: what happens to rows whose parent is not in the target. */
function orphanRules(jobs: readonly EntityJob[]): OrphanRule[] {
  return jobs.flatMap((job) =>
    job.contract.relations.map((relation) => ({
      entity: job.entity,
      table: job.contract.table,
      foreignKey: {
        name: `${job.contract.table.name}(${relation.columns.join(', ')})`,
        columns: relation.columns,
        parent: relation.parent,
        parentColumns: relation.parentColumns,
      },
      policy: job.mapping.orphans[relation.property] ?? 'reject',
      property: relation.property,
      keyColumns: job.load.keyPositions.map((position) => job.load.columns[position] ?? ''),
    })),
  );
}

/** Deals with the orphans of all relations and puts the foreign keys back, validated. Safe to repeat after a crash. */
export function settleOrphans(
  target: Target,
  runId: string,
  jobs: readonly EntityJob[],
): Promise<readonly OrphanVerdict[]> {
  return target.restoreForeignKeys(runId, orphanRules(jobs));
}
