import { DEFAULT_LOAD } from './options';
import { allowedRejects } from './reject-limit';
import type { EntityProgress, RunRecord } from './run-record';

/** The command that goes on with a run; with a limit of rejects where it has more than its own allows. */
export function resumeCommand(run: Pick<RunRecord, 'id' | 'settings'>, progress: readonly EntityProgress[]): string {
  const rows = progress.reduce((sum, { tally }) => sum + (tally.source ?? 0) - tally.filtered, 0);
  const rejected = progress.reduce((sum, { tally }) => sum + tally.rejected, 0);
  const limit = run.settings.rejectLimit ?? DEFAULT_LOAD.rejectLimit;
  const needed = rejected > allowedRejects(limit, rows) ? ` --max-rejects ${rejected}` : '';
  return `cutover migrate --resume --run ${run.id}${needed}`;
}
