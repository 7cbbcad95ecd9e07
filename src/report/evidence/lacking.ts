import { outdatedAbout, type LedgerFigure } from '../../core/run/ledger-version';
import type { RunReport } from './run-report';

/** Beside a figure that the ledger lacks because of its version, why; else `otherwise`. */
export function lacking({ outdated }: Pick<RunReport, 'outdated'>, figure: LedgerFigure, otherwise: string): string {
  const [issue] = outdatedAbout(outdated, figure);
  return issue === undefined ? otherwise : `${issue.code}: ${issue.message}.`;
}
