import { rowsLoaded } from '../../core/run/account';
import { MigrationError } from '../../core/errors';
import type { Emit } from '../../core/run/events';
import type { LivingRestored } from '../../core/run/living';
import { keysNotValid, objectsAside } from '../../core/run/standing';
import type { Target } from '../../core/ports/target';

export interface LeavingPorts {
  readonly target: Target;
  readonly emit: Emit;
}

/**
 * What a run that is not complete does last. One that has loaded no row brings back at once what it has set aside, for nobody may ever go on
 * with it; any other, what it has taken away from tables that had rows before it, for somebody may live on them. Safe to repeat. What does
 * not come back is told and stays in the journal. `cut`: the lanes are at work still, and are ended.
 */
export async function leaveTarget(
  { target, emit }: LeavingPorts,
  runId: string,
  lanes: 'leave' | 'cut' = 'leave',
): Promise<void> {
  const tell = (message: string): void => {
    emit('notice', { message });
  };
  try {
    const restored = await target.restoreLiving(runId, lanes);
    for (const message of messagesOf(restored)) tell(message);
    if (restored.notValid.length > 0) emit('issue', keysNotValid({ runId, keys: restored.notValid }));
    if (lanes === 'leave') await putBackUnused({ target, emit }, runId);
  } catch (error) {
    // How the run ended is the news; what is left aside stands against the target until it is back.
    const why = error instanceof MigrationError ? error.message : 'for an unforeseen reason';
    tell(`what the run has set aside could not be brought back: ${why}`);
  }
}

async function putBackUnused({ target, emit }: LeavingPorts, runId: string): Promise<void> {
  if (objectsAside((await target.standing()).aside, runId) === 0) return;
  const progress = await target.ledger.progress(runId);
  if (progress.some(({ tally }) => rowsLoaded(tally) > 0)) return;
  await target.restoreForeignKeys(runId, []);
  await target.restoreObjects(runId);
  emit('notice', { message: 'nothing was loaded: foreign keys, triggers and indexes are back in place' });
}

function messagesOf({ restored, left }: LivingRestored): string[] {
  return [
    ...(restored > 0
      ? ['foreign keys, triggers and indexes of tables that had rows before the run are back in place']
      : []),
    ...left.map(({ object, because }) => `${object} could not be brought back: ${because}`),
  ];
}
