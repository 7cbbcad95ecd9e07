import type { Emit } from '../run/events';
import type { Target } from './target';

/** Makes the ledger one of this build's version, and reports an upgrade. Before a claim is taken. Throws LEDGER_NEWER, RUN_ACTIVE. */
export async function upgradeLedger({ target, emit }: { readonly target: Target; readonly emit: Emit }): Promise<void> {
  const upgrade = await target.ledger.install();
  if (upgrade !== null) emit('ledger:upgraded', upgrade);
}
