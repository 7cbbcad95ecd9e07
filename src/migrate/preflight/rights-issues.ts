import { rowSecurity } from '../../core/checks/hazard-checks';
import { laterRightsChecks, rightsChecks, sequenceRightsChecks } from '../../core/checks/rights-checks';
import type { Issue } from '../../core/issues';
import { sameTable } from '../../core/mapping/table-name';
import type { TableName, Target } from '../../core/ports/target';
import type { RightNeed } from '../../core/run/rights';
import { orphanPolicyOf } from '../../core/mapping/orphan-policies';
import type { EntityJob } from '../jobs/entity-job';

/** What of a run decides which rights it uses. */
interface RunKind {
  readonly start: 'new' | 'resume' | 'rehearsal';
  readonly overwrites: boolean;
}

/** What is asked of tables of which rows are looked up, or that foreign keys lead to. */
const READ: ReadonlySet<RightNeed> = new Set(['read']);

const LATER: readonly RightNeed[] = ['delete', 'referring'];

/** The rights that a run of the entity uses and this user lacks: on its own table, on its parents and on tables that it looks values up in. */
export async function rightsIssues(job: EntityJob, target: Target, guards: RunKind): Promise<Issue[]> {
  const issues = await ownTable(job, target, guards);
  for (const table of readBeside(job)) {
    const hazards = await target.hazards(table);
    const asked = { subject: job.entity, table: table.name, lacking: hazards.lacking, needs: READ, written: [] };
    issues.push(...rightsChecks({ ...asked, level: 'error' }));
    // A parent that is hidden makes an orphan of its child.
    issues.push(...rowSecurity({ entity: job.entity, table: table.name, hazards }));
  }
  return issues;
}

/** A rehearsal reads the table, and writes to a copy that is its own. */
async function ownTable({ entity, contract, ...job }: EntityJob, target: Target, guards: RunKind): Promise<Issue[]> {
  const { lacking } = await target.hazards(contract.table);
  const asked = { subject: entity, table: contract.table.name, lacking, written: job.load.columns };
  const needs = needsOf({ contract, ...job }, guards);
  const later = laterRightsChecks({ ...asked, needs: new Set(LATER.filter((need) => !needs.includes(need))) });
  const afterwards = [...sequenceRightsChecks(asked), ...later];
  if (guards.start !== 'rehearsal') {
    return [...rightsChecks({ ...asked, needs: new Set([...READ, ...needs]), level: 'error' }), ...afterwards];
  }
  return [
    ...rightsChecks({ ...asked, needs: READ, level: 'error' }),
    ...rightsChecks({ ...asked, needs: new Set(needs), level: 'warning' }),
    ...afterwards,
  ];
}

function needsOf({ contract, mapping }: Pick<EntityJob, 'contract' | 'mapping'>, { overwrites }: RunKind): RightNeed[] {
  const policies = contract.relations.map(({ property }) => orphanPolicyOf(mapping, property));
  return [
    'insert',
    'keys',
    'default',
    ...(policies.includes('reject') ? (['delete', 'unchecked-keys'] as const) : []),
    ...(policies.includes('null') || overwrites ? (['update'] as const) : []),
  ];
}

function readBeside({ contract, lookups }: EntityJob): TableName[] {
  const tables = [
    ...contract.relations.map(({ parent }) => parent),
    ...(lookups?.inTarget ?? []).map(({ table }) => table),
  ];
  return tables.filter(
    (table, at) => !sameTable(table, contract.table) && tables.findIndex((other) => sameTable(other, table)) === at,
  );
}
