import type { DifferenceList } from '../core/comparison/difference-list';
import { openSpillFile } from '../files/spill-file';
import { repairRun, requireSame, type RepairResult } from '../validate/repair/repair-run';
import { withDatabases, type Project } from './project/databases';
import { withLiveKeys } from '../migrate/jobs/live-jobs';
import { entityJobs } from './project/entity-jobs';
import { allowedBy } from './run-guards';
import { knownRun } from './known-run';
import { comparisonSubject, noSuchRun, runValidation, type ValidationResult } from './run-validation';
import { selectionOfRun } from './run-selection';
import type { Ui } from './ui';

export interface RepairOutcome {
  readonly repair: RepairResult;
  /** The same entities compared again, as closely as the list was made. */
  readonly validation: ValidationResult;
}

/**
 * Repairs what a comparison has listed and compares the entities again. Throws RUN_NOT_FOUND, CHECKPOINT_STALE where mappings, databases or
 * list are not those of the run, and what `repairRun` throws.
 */
export async function runRepair(
  project: Project,
  list: DifferenceList,
  ui: Pick<Ui, 'emit' | 'signal' | 'confirm'>,
): Promise<RepairOutcome> {
  const repair = await withDatabases(project, async (databases) => {
    const run = await databases.target.ledger.findRun(list.run);
    if (run === null) throw noSuchRun(list.run);
    for (const given of [list.source, (await databases.source.facts()).identity])
      requireSame('source', run.source, given);
    for (const given of [list.target, (await databases.target.facts()).identity])
      requireSame('target', run.target, given);
    requireSame('SCN', run.scn ?? 'none', list.scn ?? 'none');
    // All entities of the run: a relation may lead to one that has no difference.
    const jobs = await withLiveKeys(entityJobs(project, selectionOfRun(run, [])), databases.target);
    const known = knownRun(run, jobs);
    for (const issue of known.issues) ui.emit('issue', issue);
    return repairRun(
      jobs.map(comparisonSubject),
      { ...databases, ...ui, ...allowedBy(project), openSpill: openSpillFile },
      { run: known.run, list },
    );
  });
  const request = { entities: list.entities.map(({ entity }) => entity), runId: list.run, level: list.level };
  return { repair, validation: await runValidation(project, request, ui) };
}
