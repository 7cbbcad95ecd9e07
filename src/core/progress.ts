import { counted } from './counted';
import type { Issue } from './issues';
import type { EntityProgress, RunRecord } from './ports/ledger';

/**
 * Whether chunks of an entity are still to be loaded by a run that has not come to its end: its counts then say nothing yet. Of a run that
 * the ledger calls complete no entity is pending, whatever is missing of it.
 */
export function isPending({ state }: Pick<RunRecord, 'state'>, progress: EntityProgress | undefined): boolean {
  if (state === 'complete') return false;
  return progress === undefined || progress.tally.source === null || progress.loadedChunks < progress.plannedChunks;
}

/** What stands against a pending entity, in the place of its counts. */
export function pendingIssue(entity: string, progress: EntityProgress | undefined): Issue {
  const { plannedChunks = 0, loadedChunks = 0 } = progress ?? {};
  const done =
    loadedChunks === 0 ? 'nothing of it is loaded' : `${loadedChunks} of ${counted(plannedChunks, 'chunk')} are loaded`;
  return {
    code: 'RUN_NOT_COMPLETE',
    level: 'error',
    subject: entity,
    message: `${done}: it is not counted before all is`,
  };
}
