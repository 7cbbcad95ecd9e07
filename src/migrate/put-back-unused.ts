import { rowsLoaded } from '../core/account';
import { MigrationError } from '../core/errors';
import { objectsAside } from '../core/standing';
import type { OrphanPorts } from './settle-orphans';

/**
 * Brings back at once what a run has set aside that ends without a row loaded: nobody may ever go on with it. Safe to repeat. What does
 * not come back is told and stays in the journal.
 */
export async function putBackUnused({ target, emit }: OrphanPorts, runId: string): Promise<void> {
  try {
    if (objectsAside((await target.standing()).aside, runId) === 0) return;
    const progress = await target.ledger.progress(runId);
    if (progress.some(({ tally }) => rowsLoaded(tally) > 0)) return;
    await target.restoreForeignKeys(runId, []);
    await target.restoreObjects(runId);
    emit('notice', { message: 'nothing was loaded: foreign keys, triggers and indexes are back in place' });
  } catch (error) {
    // How the run ended is the news; what is left aside stands against the target until it is back.
    const why = error instanceof MigrationError ? error.message : 'for an unforeseen reason';
    emit('notice', { message: `what the run has set aside could not be brought back: ${why}` });
  }
}
