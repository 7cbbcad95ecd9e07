import type { Issue } from './issues';

/** From which version of its tables to which a ledger was brought; 0: from before there were versions. */
export interface LedgerUpgrade {
  readonly from: number;
  readonly to: number;
}

/** A figure that a ledger of an earlier version does not have; said beside it by commands that only read. `what`: `the starts of the run`. */
export function ledgerOutdated(what: string, { from, to }: LedgerUpgrade): Issue {
  return {
    code: 'LEDGER_OUTDATED',
    level: 'info',
    message: `the ledger has version ${from} and does not hold ${what}; this cutover writes version ${to}`,
    hint: 'The next "cutover migrate", "reset", "repair" or "rejects retry" upgrades the ledger; what was not noted then stays unknown.',
    subject: 'target',
  };
}

/** What is said when a ledger was upgraded. */
export function upgradedText({ from, to }: LedgerUpgrade): string {
  return `the ledger was upgraded from version ${from} to version ${to}`;
}
