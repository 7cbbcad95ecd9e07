import { listingCommand, REPAIR_LISTED } from '../../core/comparison/listing';
import { hazardChecks } from '../../core/checks/hazard-checks';
import { beforeTheLoad } from '../../core/checks/written-anew';
import { sameTable } from '../../core/mapping/table-name';
import { NOTHING_ALLOWED, type Allowances } from '../../core/run/hazards';
import type { Issue } from '../../core/issues';
import type { Target } from '../../core/ports/target';
import type { EntityJob } from '../jobs/entity-job';
import { followingIssues } from './following-keys';
import { rightsIssues } from './rights-issues';

/** What kind of run a pre-flight is for, and what its operator takes upon himself. */
export interface Guards {
  readonly start: 'new' | 'resume' | 'rehearsal';
  readonly allowed: Allowances;
  /** `decided`: --on-conflict says what becomes of rows of earlier runs. */
  readonly earlierRuns: 'refuse' | 'decided';
  /** How the run reads its source: all at one SCN, or as it is (--no-snapshot). */
  readonly snapshot: 'scn' | 'none';
  /** Whether rows that are there may be overwritten (--on-conflict update). */
  readonly overwrites: boolean;
}

/** What a run has to expect of which nobody has said more. */
export const UNDECIDED: Guards = {
  start: 'new',
  allowed: NOTHING_ALLOWED,
  earlierRuns: 'refuse',
  snapshot: 'scn',
  overwrites: false,
};

/** What stands against writing the rows of one entity, or against believing that they stay as they were written. */
export async function guardIssues(
  job: EntityJob,
  { jobs, target }: { readonly jobs: readonly EntityJob[]; readonly target: Target },
  guards: Guards,
): Promise<Issue[]> {
  const { entity, contract } = job;
  const hazards = await target.hazards(contract.table);
  const writes = guards.start === 'rehearsal' ? 'copies' : 'table';
  const since = guards.start === 'resume' ? 'loaded' : 'nothing';
  return [
    ...(await rightsIssues(job, target, guards)),
    ...hazardChecks({ entity, table: contract.table.name, hazards, allowed: guards.allowed, writes, since }),
    ...(await followingIssues(job, { jobs, target }, guards)),
    ...(await unloggedParents(job, jobs, target)),
    ...(await migratedBefore(job, target, guards)),
  ];
}

/** Rows of parents that are none of the run's: a crash would make orphans of what it loads. */
async function unloggedParents(
  { entity, contract }: EntityJob,
  jobs: readonly EntityJob[],
  target: Target,
): Promise<Issue[]> {
  const issues: Issue[] = [];
  for (const { property, parent } of contract.relations) {
    if (jobs.some((job) => sameTable(job.contract.table, parent))) continue;
    const { unlogged, logging } = await target.hazards(parent);
    if (unlogged.length === 0) continue;
    issues.push({
      code: 'PARENT_UNLOGGED',
      level: 'warning',
      subject: `${entity}.${property}`,
      message: `a crash of the server empties its parent table, and leaves orphans: ${unlogged.join(', ')}`,
      hint: parentHint(logging),
    });
  }
  return issues;
}

/** Another run may have loaded it. */
function parentHint(statements: readonly string[]): string {
  return `${beforeTheLoad(statements)} Where a run has filled it already, sign that run off first.`;
}

/** A run that goes on is no second one. */
async function migratedBefore(
  { entity, contract }: EntityJob,
  { ledger }: Target,
  { start, earlierRuns }: Guards,
): Promise<Issue[]> {
  if (start === 'resume' || earlierRuns === 'decided') return [];
  const runs = await ledger.migratedBy(entity, contract.table);
  if (runs.length === 0) return [];
  const one = runs.length === 1;
  const loaded = one ? `run ${runs.join()} has loaded all of it` : `runs ${runs.join(' and ')} have loaded it`;
  return [
    {
      code: 'TARGET_MIGRATED',
      level: start === 'rehearsal' ? 'warning' : 'error',
      subject: entity,
      message: `${loaded} into ${contract.table.name} already`,
      hint: migratedHint(runs),
    },
  ];
}

/** `runs`: all that have rows there, the latest first: it may have overwritten rows of those before it, which can be reset only after it. */
function migratedHint(runs: readonly string[]): string {
  const each = (command: (runId: string) => string): string => runs.map((id) => `"${command(id)}"`).join(', then ');
  const proven = runs.length === 1 ? 'that run' : 'those runs';
  return [
    `To prove ${proven}: ${each(listingCommand)}; to repair the rows that one lists: "${REPAIR_LISTED}".`,
    `To load it anew: ${each((id) => `cutover reset --run ${id}`)}, then migrate again (--restart takes back unfinished runs only).`,
    'To load other entities: name those alone, --entity and their names.',
    'To load beside its rows: add --on-conflict skip (or reject, update, abort).',
  ].join(' ');
}
