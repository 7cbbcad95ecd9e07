import type { Issue } from '../../core/issues';
import { sameTable } from '../../core/mapping/table-name';
import type { TargetLookedUp } from '../../core/rows/lookups';
import type { EntityJob } from '../jobs/entity-job';

type Job = Pick<EntityJob, 'entity' | 'contract' | 'lookups'>;

/**
 * Lookups that would ask for rows which the same run has yet to load: in the entity's own table, or in that of one which looks
 * values up in it in turn, by whatever detours. Which rows they find would be a matter of timing, and so would be who is rejected.
 */
export function lookupCycles(jobs: readonly Job[]): Issue[] {
  return jobs.flatMap((job) =>
    (job.lookups?.inTarget ?? []).flatMap((lookup) => {
      const subject = `${job.entity}.${lookup.property}`;
      if (sameTable(lookup.table, job.contract.table)) return [ownTable(subject, lookup)];
      const others = [...reached(lookup, jobs)];
      return others.some(({ contract }) => sameTable(contract.table, job.contract.table))
        ? [inCircle(subject, lookup)]
        : [];
    }),
  );
}

/** The jobs that fill the looked-up table, those that fill the tables in which these look up, and so on. */
function reached(from: TargetLookedUp, jobs: readonly Job[]): ReadonlySet<Job> {
  const found = new Set<Job>();
  const open = [from];
  for (let lookup; (lookup = open.pop()) !== undefined;) {
    const { table } = lookup;
    for (const job of jobs) {
      if (found.has(job) || !sameTable(job.contract.table, table)) continue;
      found.add(job);
      open.push(...(job.lookups?.inTarget ?? []));
    }
  }
  return found;
}

function ownTable(subject: string, { table }: TargetLookedUp): Issue {
  return {
    code: 'LOOKUP_CYCLE',
    level: 'error',
    subject,
    message: `its value is looked up in ${table.name}, which this entity itself fills: which rows are there is a matter of timing`,
    hint: 'Look it up in the legacy table that these rows come from: `values(…)` instead of `targetValues(…)`.',
  };
}

function inCircle(subject: string, { table }: TargetLookedUp): Issue {
  return {
    code: 'LOOKUP_CYCLE',
    level: 'error',
    subject,
    message: `its value is looked up in ${table.name}, which is filled by what is looked up here in turn: neither can come first`,
    hint: 'Look one of them up in its legacy table (`values(…)` instead of `targetValues(…)`), or load one of them first with --entity.',
  };
}
