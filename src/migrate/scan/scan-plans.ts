import { sameTable } from '../../core/mapping/table-name';
import type { ProbePlan } from '../../core/ports/target';
import type { EntityJob } from '../jobs/entity-job';

/** What the target has to keep of each entity's rows: the columns by which other rows are judged. */
export function probePlans(jobs: readonly EntityJob[]): ProbePlan[] {
  return jobs.map((job) => ({
    load: job.load,
    compared: [...ownColumns(job), ...jobs.flatMap((other) => [...asParent(job, other), ...asLookedUp(job, other)])],
  }));
}

function ownColumns({ contract }: EntityJob): readonly string[] {
  return contract.relations.flatMap(({ columns }) => columns);
}

/** Columns of the job's table that relations of another lead to. */
function asParent({ contract }: EntityJob, other: EntityJob): readonly string[] {
  const relations = other.contract.relations.filter(({ parent }) => sameTable(parent, contract.table));
  return relations.flatMap(({ parentColumns }) => parentColumns);
}

/** Columns in which fields of another look their values up. */
function asLookedUp({ mapping, load }: EntityJob, other: EntityJob): readonly string[] {
  return other.mapping.fields.flatMap(({ lookup }) => {
    if (lookup?.in !== 'target' || lookup.target !== mapping.target) return [];
    return [...lookup.key, lookup.value].map((property) => load.columns[load.properties.indexOf(property)] ?? '');
  });
}
