import { counted } from '../../core/counted';
import { MigrationError } from '../../core/errors';
import type { RunListing } from '../../core/ports/ledger';
import type { ResetPorts } from './reset';

/**
 * Removes what the ledger holds of a run, or with null the ledger itself; asks first. Answers with the runs that are gone. Throws
 * RUN_NOT_FOUND, RUN_ACTIVE, and RUN_UNFINISHED where the ledger is still needed to finish a run or to take it back.
 */
export async function dropLedger(
  { target, confirm }: Pick<ResetPorts, 'target' | 'confirm'>,
  runId: string | null,
): Promise<readonly string[]> {
  const claim = await target.claimRun(runId ?? 'all');
  try {
    const all = await target.ledger.runs();
    const runs = runId === null ? all : all.filter(({ id }) => id === runId);
    if (runId !== null && runs.length === 0) throw noSuchRun(runId);
    const needed = runs.find(isNeeded);
    if (needed !== undefined) throw unfinished(needed);
    // A ledger without a run holds nothing to be asked about.
    if (runs.length > 0) await confirm(question(runs, { runId, identity: (await target.facts()).identity }));
    if (!(await target.ledger.drop(runId === null ? 'all' : { runId }))) throw noLedger();
    return runs.map(({ id }) => id);
  } finally {
    await claim.release();
  }
}

/** A run that ended before it had loaded anything leaves nothing to finish or to take back. */
function isNeeded({ state, rows, aside }: RunListing): boolean {
  return aside > 0 || (rows > 0 && state !== 'complete' && state !== 'reset');
}

function question(
  runs: readonly RunListing[],
  { runId, identity }: { readonly runId: string | null; readonly identity: string },
): string {
  const rejects = runs.reduce((sum, run) => sum + run.rejects, 0);
  const held = `in ${identity}, with ${counted(rejects, 'rejected row')}`;
  return runId === null
    ? `Drop the ledger of ${counted(runs.length, 'run')} ${held}, so that none of them can be validated or reset any more?`
    : `Drop run ${runId} from the ledger ${held}, so that it can be neither validated nor reset any more?`;
}

function noLedger(): MigrationError {
  return new MigrationError('RUN_NOT_FOUND', 'there is no ledger in this target: nothing was dropped', {
    hint: 'It may be gone already. If not, check that DATABASE_URL names the target of the run.',
  });
}

function noSuchRun(runId: string): MigrationError {
  return new MigrationError('RUN_NOT_FOUND', `no run ${runId} in the ledger of this target`, {
    hint: 'Run "cutover ledger list" to see them.',
    facts: { runId },
  });
}

function unfinished({ id, state, aside }: RunListing): MigrationError {
  const held = aside > 0 ? ` and holds ${counted(aside, 'object')} aside` : '';
  return new MigrationError('RUN_UNFINISHED', `run ${id} is ${state}${held}: its ledger is still needed`, {
    hint: `Finish it with "cutover migrate --resume --run ${id}", or take it back with "cutover reset --run ${id}".`,
    facts: { runId: id, state, aside },
  });
}
