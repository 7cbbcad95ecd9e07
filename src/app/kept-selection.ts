import type { Target } from '../core/ports/target';
import { resumeOf, type LoadRequest } from '../core/run/options';
import { resumableRun } from '../migrate/run/open-run';
import type { Project } from './project/databases';
import type { JobSelection } from './project/entity-jobs';
import { PLACED_BEFORE, placeTables, type PlacedSelection } from './project/placed-tables';
import { selectionOfRun } from './run-selection';
import type { Ui } from './ui';

/**
 * A resumed run keeps the entities and conditions of its start, unless told otherwise (then the fingerprints will differ), and always its
 * tables, wherever the search_path leads by now.
 */
export async function keptOrPlaced(
  project: Project,
  target: Target,
  { request, ui }: { readonly request: JobSelection & Pick<LoadRequest, 'resume'>; readonly ui: Pick<Ui, 'keepLog'> },
): Promise<PlacedSelection> {
  const resumed = resumeOf(request.resume);
  if (resumed === 'no') return placeTables(project, request, target);
  // Said before the pre-flight asks for parents and mappings of a run that is not there.
  const run = await target.ledger.findRun(await resumableRun(target, resumed));
  ui.keepLog?.();
  if (run === null) return placeTables(project, request, target);
  const kept = selectionOfRun(run, request.entities);
  return { selection: { ...kept, where: { ...kept.where, ...request.where } }, places: PLACED_BEFORE, begun: run };
}
