import type { Session } from '../../session/session';
import { ledgerVersion } from './version';

/** Number of the chunk under which the ledger files what is found after the load, e.g. orphans. */
export const AFTER_THE_LOAD = -1;

/** Whether the schema has a ledger; a schema without tables does not count. Throws LEDGER_NEWER. */
export async function hasLedger(session: Session, schema: string): Promise<boolean> {
  return (await ledgerVersion(session, schema)) !== null;
}
