import { namingRun } from '../../core/run/printed-commands';
import { MigrationError } from '../../core/errors';

/** The error with the command that goes on with the run in its hint, where that is not said already; foreign errors as they are. */
export function resumable(error: unknown, runId: string): unknown {
  if (!(error instanceof MigrationError)) return error;
  const { hint } = error;
  if (hint?.includes('--resume') === true || hint?.includes('--restart') === true)
    return error.withHint(namingRun(hint, runId), {});
  const next = `Then go on with: cutover migrate --resume --run ${runId}`;
  return error.withHint(hint === undefined ? next : `${hint} ${next}`, { runId });
}
