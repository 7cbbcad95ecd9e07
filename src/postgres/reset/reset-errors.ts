import { MigrationError } from '../../core/errors';
import { isDataFault, targetError } from '../session/sqlstate';

/** Runs `work` of a reset; whatever it throws leaves as a coded error. */
export async function ofReset<T>(runId: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isDataFault(error)) throw noLongerFits(runId, targetError(error, `resetting run ${runId}`));
    throw targetError(error, `resetting run ${runId}`);
  }
}

/** Only former values of rows are written by a reset. */
function noLongerFits(runId: string, { facts }: MigrationError): MigrationError {
  return new MigrationError(
    'RESET_IMPOSSIBLE',
    `rows that run ${runId} has overwritten no longer fit into their table`,
    {
      hint: 'Nothing was changed. Take back what was done to the table or to its rows since (see the facts), then run it again.',
      facts,
    },
  );
}

/** `because`: why the entity's rows in the target cannot be told apart from those of others. */
export function impossible(entity: string, runId: string, because: string): MigrationError {
  return new MigrationError(
    'RESET_IMPOSSIBLE',
    `rows of run ${runId} can no longer be told apart from those of others: ${entity} ${because}`,
    {
      hint: 'Nothing was changed. Take the target back to its backup, or empty its tables and drop the schema of the ledger by hand.',
      facts: { runId, entity },
    },
  );
}

/** `parts`: of the run's account in the ledger. */
export function editedByHand(runId: string, parts: string): MigrationError {
  return new MigrationError(
    'RESET_IMPOSSIBLE',
    `which rows run ${runId} has written is uncertain, since somebody has edited the ledger: ${parts}`,
    {
      hint: `Nothing was changed. Put these rows of the ledger back as they were ("cutover report" names what is still edited), or take the target back to its backup. If the edit says nothing about which rows were written (the text of a reject, for instance), go on with: cutover reset --run ${runId} --accept-edited`,
      facts: { runId, parts },
    },
  );
}

/** Of the rows of the journal: nothing else says how to restore what the run has dropped or disabled. */
export function asideEdited(runId: string): MigrationError {
  return new MigrationError(
    'RESET_IMPOSSIBLE',
    `somebody has edited what the ledger says about foreign keys, triggers, indexes and sequences that run ${runId} has to restore`,
    {
      hint: `Nothing was changed. Put these rows of the journal back as they were. If that is impossible, go on with "cutover reset --run ${runId} --accept-edited" (the reset then executes what the journal says now: read its restore_sql first, and create what is missing afterwards)`,
      facts: { runId },
    },
  );
}
