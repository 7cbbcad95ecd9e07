import type { Emit } from '../run/events';
import type { RunClaim, Target } from './target';
import { upgradeLedger } from './upgrade-ledger';

/**
 * The way in for whatever writes rows of a run: makes the ledger one of this build's version and shuts out other operators until the claim is
 * released. Throws CHECKPOINT_STALE where another table has the name of one that the run has loaded, LEDGER_NEWER, RUN_ACTIVE.
 */
export async function claimToWrite(
  ports: { readonly target: Target; readonly emit: Emit },
  runId: string,
): Promise<RunClaim> {
  const { target } = ports;
  // Before the upgrade, which writes.
  await target.refuseOtherTables(runId);
  await upgradeLedger(ports);
  const claim = await target.claimRun(runId);
  try {
    // Once more: until the claim was granted somebody else was at work.
    await target.refuseOtherTables(runId);
    return claim;
  } catch (error) {
    await claim.release();
    throw error;
  }
}
