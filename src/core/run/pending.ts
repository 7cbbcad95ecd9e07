import { counted, were } from '../counted';
import type { Issue } from '../issues';
import type { EntityProgress, RunRecord } from './run-record';

/**
 * Whether chunks of an entity are still to be loaded by a run that has not come to its end: its counts then say nothing yet. Of a run that
 * the ledger calls complete no entity is pending, whatever is missing of it.
 */
export function isPending({ state }: Pick<RunRecord, 'state'>, progress: EntityProgress | undefined): boolean {
  if (state === 'complete') return false;
  return progress === undefined || progress.tally.source === null || progress.loadedChunks < progress.plannedChunks;
}

/** What stands against a pending entity, in the place of its counts. What is to be done is said once, by the issue of the run. */
export function pendingIssue(
  entity: string,
  run: Pick<RunRecord, 'settings'>,
  progress: readonly EntityProgress[],
): Issue {
  const done = doneText(
    progress.find((account) => account.entity === entity),
    run,
  );
  return {
    code: 'RUN_NOT_COMPLETE',
    level: 'error',
    subject: entity,
    message: `${done}: it is not counted or compared before the run has loaded all of it`,
  };
}

function doneText(account: EntityProgress | undefined, { settings }: Pick<RunRecord, 'settings'>): string {
  const { plannedChunks = 0, loadedChunks = 0 } = account ?? {};
  if (loadedChunks === 0) return `nothing of it is loaded${leftText(account, settings.leftByReset)}`;
  if (loadedChunks < plannedChunks) return `${loadedChunks} of ${counted(plannedChunks, 'chunk')} are loaded`;
  return `its ${counted(plannedChunks, 'chunk')} ${were(plannedChunks)} loaded, but the ledger has no count of its rows in the source`;
}

/** The ledger knows how many rows the resets of a run have left, and not of which entity. */
function leftText(account: EntityProgress | undefined, left: number): string {
  if (account !== undefined || left === 0) return '';
  return `, but resets of the run have left ${counted(left, 'row')} that ${were(left)} changed or deleted since`;
}
