import type { EntityProgress, RunRecord } from './run-record';
import { allowedRejects, DEFAULT_REJECT_LIMIT, type RejectLimit } from './reject-limit';

/** The limit of a run for which no other is given: a resumed one has that of its first start. */
export function keptLimit(resumed: Pick<RunRecord, 'settings'> | null): RejectLimit {
  return resumed?.settings.rejectLimit ?? DEFAULT_REJECT_LIMIT;
}

/** The command that goes on with a run; with a limit of rejects where it has more than its own allows. */
export function resumeCommand(run: Pick<RunRecord, 'id' | 'settings'>, progress: readonly EntityProgress[]): string {
  const rows = progress.reduce((sum, { tally }) => sum + (tally.source ?? 0) - tally.filtered, 0);
  const rejected = progress.reduce((sum, { tally }) => sum + tally.rejected, 0);
  const needed = rejected > allowedRejects(keptLimit(run), rows) ? ` --max-rejects ${rejected}` : '';
  return `cutover migrate --resume --run ${run.id}${needed}`;
}
