import { are, counted } from '../../core/counted';
import type { Emit } from '../../core/run/events';
import type { Issue } from '../../core/issues';
import type { OrphanVerdict } from '../../core/run/outcomes';
import type { RunRecord } from '../../core/run/run-record';
import type { OrphanRule, Target } from '../../core/ports/target';
import { rowsBefore } from '../../core/run/rows-before';
import { orphanPolicyOf } from '../../core/mapping/orphan-policies';
import type { EntityJob } from '../jobs/entity-job';

export interface OrphanPorts {
  readonly target: Target;
  readonly emit: Emit;
}

/**
 * Deals with the orphans of all relations and puts the foreign keys back, validated. Rows that were there before the run are never
 * touched: where orphans may be among them, all are kept and a warning says so. Safe to repeat after a crash.
 */
export async function settleOrphans(
  { target, emit }: OrphanPorts,
  run: Pick<RunRecord, 'id' | 'settings'>,
  jobs: readonly EntityJob[],
): Promise<readonly OrphanVerdict[]> {
  const rules = jobs.flatMap((job) => orphanRules(job, rowsBefore(run.settings, job.entity)));
  const verdicts = await target.restoreForeignKeys(run.id, rules);
  for (const verdict of verdicts) {
    const rule = rules.find(({ entity, property }) => entity === verdict.entity && property === verdict.property);
    if (verdict.orphans > 0 && verdict.policy !== rule?.policy) emit('issue', orphansKept(verdict));
  }
  return verdicts;
}

/** One rule per relation: what happens to rows whose parent is not in the target. */
function orphanRules({ entity, mapping, contract, load }: EntityJob, rowsInTable: number): OrphanRule[] {
  const { table } = contract;
  return contract.relations.map(({ property, columns, parent, parentColumns, match = 'simple' }) => ({
    entity,
    table,
    foreignKey: { name: `${table.name}(${columns.join(', ')})`, columns, parent, parentColumns, match },
    policy: orphanPolicyOf(mapping, property),
    property,
    keyColumns: load.keyPositions.map((position) => load.columns[position] ?? ''),
    rowsBefore: rowsInTable,
  }));
}

function orphansKept({ entity, property, orphans }: OrphanVerdict): Issue {
  return {
    code: 'ORPHANS_KEPT',
    level: 'warning',
    subject: `${entity}.${property}`,
    message: `${counted(orphans, 'row')} that the run loaded ${are(orphans)} kept without a parent: the table had rows before the run, and no valid foreign key over them`,
    hint: "Look at them and delete or correct them by hand, or declare the policy 'keep' for this property.",
  };
}
