import type { Issue } from '../issues';

/** From which version of its tables to which a ledger was brought; 0: from before there were versions. */
export interface LedgerUpgrade {
  readonly from: number;
  readonly to: number;
}

/** What commands show from the ledger that one of an earlier version may not hold. */
const LEDGER_FIGURES = {
  starts: 'how the run was started and how its starts ended',
  validations: 'the validations of the run',
  givenBack: 'whose rows the run has overwritten',
  repairs: 'the repairs of the run',
  retries: 'the rejected rows that were loaded later',
  seal: 'a digest of the rows of the run',
  chain: 'the chain by which the digest of a run covers its validations',
  sources: 'which rows of the legacy tables no mapping takes',
  resets: 'which entities were taken back',
} as const;

export type LedgerFigure = keyof typeof LEDGER_FIGURES;

/** A figure that a ledger of an earlier version does not have; said beside it by commands that only read. */
export function ledgerOutdated(figure: LedgerFigure, { from, to }: LedgerUpgrade): Issue {
  return {
    code: 'LEDGER_OUTDATED',
    level: 'info',
    message: `the ledger has version ${from} and does not hold ${LEDGER_FIGURES[figure]}; this cutover writes version ${to}`,
    hint: 'The next command that writes ("cutover migrate" and "cutover reset" among them) upgrades the ledger; what was not noted until then stays unknown.',
    subject: figure,
  };
}

/** Those of the findings that are about one of the figures. */
export function outdatedAbout(outdated: readonly Issue[] | undefined, ...figures: readonly LedgerFigure[]): Issue[] {
  return (outdated ?? []).filter(({ subject }) => figures.some((figure) => figure === subject));
}

/** What is said when a ledger was upgraded. */
export function upgradedText({ from, to }: LedgerUpgrade): string {
  return `the ledger was upgraded from version ${from} to version ${to}`;
}
