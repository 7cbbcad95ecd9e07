import type { Issue } from '../../core/issues';
import { ledgerOutdated, type LedgerFigure } from '../../core/run/ledger-version';
import type { ReadableLedger } from './schema/readable';
import { LEDGER_VERSION } from './schema/steps';

type IsThere = (ledger: ReadableLedger) => boolean;

/** How a ledger is asked whether it holds a figure; a step that brings a new figure adds its line. */
const IS_THERE: Readonly<Record<LedgerFigure, IsThere>> = {
  starts: ({ has }) => has('run_start'),
  validations: ({ has }) => has('validation'),
  givenBack: ({ has }) => has('replaced', 'writer'),
  repairs: ({ has }) => has('repair'),
  retries: ({ has }) => has('retry'),
  seal: ({ sealed }) => sealed,
  // Of a ledger without any digest the line before says so.
  chain: ({ sealed, has }) => !sealed || has('validation', 'link'),
  sources: ({ has }) => has('source_table'),
  resets: ({ has }) => has('taken_back'),
};

/** A finding for each figure that the ledger lacks because of its version. */
export function outdatedFigures(ledger: ReadableLedger): Issue[] {
  const versions = { from: ledger.version, to: LEDGER_VERSION };
  const figures = Object.entries(IS_THERE) as [LedgerFigure, IsThere][];
  return figures.flatMap(([figure, isThere]) => (isThere(ledger) ? [] : [ledgerOutdated(figure, versions)]));
}
