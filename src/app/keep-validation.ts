import { randomUUID } from 'node:crypto';
import type { Validation } from '../core/run/evidence';
import { MigrationError } from '../core/errors';
import type { Emit } from '../core/run/events';
import { outdatedAbout } from '../core/run/ledger-version';
import type { Target } from '../core/ports/target';

/** Keeps a proof in the ledger, for the report. That it cannot (a target that may only be read) does not spoil the proof: it is told. */
export async function keepValidation(
  { ledger }: Pick<Target, 'ledger'>,
  runId: string,
  { validation, emit }: { readonly validation: Validation; readonly emit: Emit },
): Promise<void> {
  try {
    if (await ledger.noteValidation(runId, validation, randomUUID())) return;
    const { outdated } = await ledger.trail(runId);
    for (const issue of outdatedAbout(outdated, 'validations')) emit('issue', issue);
    emit('notice', { message: 'this validation is not kept in the ledger, so "cutover report" cannot tell it' });
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    emit('notice', {
      message: `this validation is not kept in the ledger, so "cutover report" cannot tell it: ${error.message}`,
    });
  }
}
