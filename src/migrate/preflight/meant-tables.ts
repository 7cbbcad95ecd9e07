import type { MeantTable } from '../../core/checks/table-places';
import type { EntityJob } from '../jobs/entity-job';

/** The tables that the jobs fill, refer to and look values up in, with what of the mapping leads there. */
export function meantTables(jobs: readonly Pick<EntityJob, 'entity' | 'contract' | 'lookups'>[]): MeantTable[] {
  return jobs.flatMap(({ entity, contract, lookups }) => [
    { subject: entity, table: contract.table },
    ...contract.relations.map(({ property, parent }) => ({ subject: `${entity}.${property}`, table: parent })),
    ...(lookups?.inTarget ?? []).map(({ property, table }) => ({ subject: `${entity}.${property}`, table })),
  ]);
}
