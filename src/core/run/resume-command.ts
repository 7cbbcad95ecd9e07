import type { EntityProgress, RunRecord } from './run-record';
import { allowedRejects, limitOf } from './reject-limit';

/** The limit that a run has when nothing else is said. */
const DEFAULT_MAX_REJECTS = '1%';

/** Where the settings of a run hold `--max-rejects` of its first start. */
export const MAX_REJECTS_SETTING = 'maxRejects';

/** The command that goes on with a run, with the limit of rejects that it needs so as not to stop where it has stopped. */
export function resumeCommand(
  { id, settings }: Pick<RunRecord, 'id' | 'settings'>,
  progress: readonly EntityProgress[],
): string {
  return `cutover migrate --resume --run ${id}${limitNeeded(settings[MAX_REJECTS_SETTING], progress)}`;
}

function limitNeeded(setting: RunRecord['settings'][string] | undefined, progress: readonly EntityProgress[]): string {
  const limit = typeof setting === 'string' ? setting : DEFAULT_MAX_REJECTS;
  const rows = progress.reduce((sum, { tally }) => sum + (tally.source ?? 0) - tally.filtered, 0);
  const rejected = progress.reduce((sum, { tally }) => sum + tally.rejected, 0);
  if (rejected > allowedRejects(limitOf(limit), rows)) return ` --max-rejects ${rejected}`;
  return limit === DEFAULT_MAX_REJECTS ? '' : ` --max-rejects ${limit}`;
}
