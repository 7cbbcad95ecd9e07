import type { EntityProgress, RunRecord } from './run-record';
import { allowedRejects, DEFAULT_REJECT_LIMIT, limitOf, type RejectLimit } from './reject-limit';

/** Where the settings of a run hold `--max-rejects` of its first start. */
export const MAX_REJECTS_SETTING = 'maxRejects';

/** The limit of a run for which no other is given: a resumed one has that of its first start. */
export function keptLimit(resumed: Pick<RunRecord, 'settings'> | null): RejectLimit {
  const setting = resumed?.settings[MAX_REJECTS_SETTING];
  return typeof setting === 'string' ? limitOf(setting) : DEFAULT_REJECT_LIMIT;
}

/** The command that goes on with a run; with a limit of rejects where it has more than its own allows. */
export function resumeCommand(run: Pick<RunRecord, 'id' | 'settings'>, progress: readonly EntityProgress[]): string {
  const rows = progress.reduce((sum, { tally }) => sum + (tally.source ?? 0) - tally.filtered, 0);
  const rejected = progress.reduce((sum, { tally }) => sum + tally.rejected, 0);
  const needed = rejected > allowedRejects(keptLimit(run), rows) ? ` --max-rejects ${rejected}` : '';
  return `cutover migrate --resume --run ${run.id}${needed}`;
}
