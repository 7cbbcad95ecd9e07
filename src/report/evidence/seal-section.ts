import { lacking } from './lacking';
import type { RunReport } from './run-report';
import type { Cell, Section } from './section';
import { timeText } from './times';

/** What a copy of the report is kept for. */
export function sealSection({ seal, outdated }: RunReport): Section {
  return {
    title: 'Digest of the ledger',
    note: 'SHA-256 over the rows of this run in the ledger, its validations aside. Whoever may write to the ledger can make another digest fit: only a copy that is kept outside of the target, such as this report, proves that they are as they were. Compare it with "cutover validate --run ID --digest DIGEST". "cutover report" makes the digest anew; what has changed it since (a resume, a repair, a retry, a reset) is in the report.',
    headings: ['digest', 'ledger version', 'of the rows', 'edited by hand'],
    rows:
      seal === null
        ? []
        : [
            ...seal.former.map(formerRow),
            [{ codes: [seal.digest] }, seal.version, 'as they are now', seal.edited.join(', ') || 'none of them'],
          ],
    empty: lacking({ outdated }, 'seal', 'The ledger does not say.'),
  };
}

function formerRow({ digest, version, at }: NonNullable<RunReport['seal']>['former'][number]): Cell[] {
  return [
    { codes: [digest] },
    version,
    `as they were before the ledger was upgraded at ${timeText(at)}`,
    'see the last line',
  ];
}
