import { counted } from '../../core/counted';
import { lacking } from './lacking';
import type { RunReport } from './run-report';
import type { Cell, Section } from './section';
import { timeText } from './times';

type Seal = NonNullable<RunReport['seal']>;

/** What a copy of the report is kept for. */
export function sealSection({ run, seal, outdated }: RunReport): Section {
  const compare = `cutover validate --run ${run.id}${seal === null ? '' : ` --digest ${seal.digest}`}`;
  return {
    title: 'Digest of the ledger',
    note: `SHA-256 over the account (all rows of this run in the ledger but its validations) and over the chain of its validations, each linked to the one before. Whoever may write to the ledger can make another digest fit: only a copy that is kept outside of the target, such as this report, proves that they are as they were. Compare it with "${compare}": validations that were noted since do not matter, one that was edited, moved, put in between or deleted does. The digest of the account alone, given in the same way, tells which of both has changed. "cutover report" makes the digest anew; what has changed the account since (a resume, a repair, a retry, a reset) is in the report.`,
    headings: ['digest', 'ledger version', 'over', 'edited by hand'],
    rows:
      seal === null ? [] : [...latestFormer(seal).map(formerRow), ...rowsNow(seal, lacking({ outdated }, 'chain', ''))],
    empty: lacking({ outdated }, 'seal', 'The ledger does not say.'),
  };
}

function rowsNow({ digest, account, version, validations, edited }: Seal, outdated: string): Cell[][] {
  const byHand = edited.join(', ') || 'none of them';
  const alone = 'the account as it is now, without the validations';
  if (validations === null) return [[{ codes: [digest] }, version, `${alone}. ${outdated}`, byHand]];
  return [
    [{ codes: [account] }, version, alone, 'see the last line'],
    [{ codes: [digest] }, version, `the account and ${counted(validations, 'validation')}, as they are now`, byHand],
  ];
}

/** An upgrade keeps one for each number of validations, so that any report can be recognised; here the last says enough. */
function latestFormer({ former }: Seal): Seal['former'] {
  return former.filter(({ version }, index) => former[index + 1]?.version !== version);
}

function formerRow({ digest, version, validations, at }: Seal['former'][number]): Cell[] {
  const covered = validations === null ? 'without the validations' : `and ${counted(validations, 'validation')}`;
  return [
    { codes: [digest] },
    version,
    `the account ${covered}, as they were before the ledger was upgraded at ${timeText(at)}`,
    'see the last line',
  ];
}
