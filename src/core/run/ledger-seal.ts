import { are, counted } from '../counted';
import type { Issue } from '../issues';

/** What a run's rows in the ledger come to, and whether somebody else than cutover has changed them. */
export interface RunSeal {
  /** Version of the ledger whose columns the digest is over. */
  readonly version: number;
  /** SHA-256 over the ledger's rows of the run, as they are now, without its validations: a proof does not change it. */
  readonly account: string;
  /**
   * SHA-256 over the account and a link of the chain of validations, by number of validations, from none: what the digest was if the account
   * was as it is now. Empty where a ledger of an earlier version has no chain.
   */
  readonly digests: readonly string[];
  /** Parts of the run's account, and validations, whose rows are not as cutover has left them. */
  readonly edited: readonly string[];
  /** What the digest was before an upgrade of the ledger made it over other columns. */
  readonly former: readonly FormerDigest[];
}

interface FormerDigest {
  readonly version: number;
  readonly digest: string;
  /** As of `validationsIn`: null where it was over the account alone. */
  readonly validations: number | null;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** The digest as it is now: over the account and all validations, without a chain of these over the account. */
export function digestOf({ account, digests }: Pick<RunSeal, 'account' | 'digests'>): string {
  return digests.at(-1) ?? account;
}

/** How many validations it covers; null without a chain. */
export function validationsIn({ digests }: Pick<RunSeal, 'digests'>): number | null {
  return digests.length === 0 ? null : digests.length - 1;
}

const NAMED = 5;

/** The finding about a run whose rows in the ledger were edited; never the values. */
export function sealIssues(runId: string, seal: RunSeal | null | undefined): Issue[] {
  if (seal === null || seal === undefined || seal.edited.length === 0) return [];
  const { edited } = seal;
  const more = edited.length - NAMED;
  const parts = [...edited.slice(0, NAMED), ...(more > 0 ? [counted(more, 'other part')] : [])].join(', ');
  return [
    {
      code: 'LEDGER_EDITED',
      level: 'error',
      subject: runId,
      message: `the ledger is not as cutover has written it: ${parts}`,
      hint: 'Rows of the ledger were changed, added or deleted by somebody else. Compare with a report that was kept outside of the target, or load the run again.',
    },
  ];
}

/** Whether a run in the ledger still has the digest of a report that was kept outside of it: validations that were noted since are left out. */
export function digestIssues(runId: string, seal: RunSeal | null | undefined, kept: string | null): Issue[] {
  if (kept === null) return [];
  const of = { code: 'LEDGER_DIGEST', subject: runId };
  const found = heldBy(seal, kept);
  if (found !== null) return [{ ...of, ...found }];
  const former = seal?.former.find(({ digest }) => digest === kept);
  if (former !== undefined) {
    const { version, validations, at } = former;
    const over = validations === null ? 'without validations' : `with ${counted(validations, 'validation')}`;
    return [
      {
        ...of,
        level: 'warning',
        message: `the digest that was given is that of version ${version} of the ledger, ${over}, noted when it was upgraded at ${at}`,
        hint: 'The note is in the ledger itself, and no proof. Draw up the report anew and keep it outside of the target.',
      },
    ];
  }
  return [{ ...of, level: 'error', ...anotherDigest(seal) }];
}

type DigestMatch = Pick<Issue, 'level' | 'message' | 'hint'>;

const HAS = 'the rows of the run in the ledger have the digest that was given';

function heldBy(seal: RunSeal | null | undefined, kept: string): DigestMatch | null {
  if (seal === null || seal === undefined) return null;
  const { account, digests } = seal;
  const validations = validationsIn(seal);
  const covered = digests.lastIndexOf(kept);
  if (validations !== null && covered >= 0) {
    const since = validations - covered;
    const left = since === 0 ? '' : `; ${counted(since, 'validation')} noted since ${are(since)} not in it`;
    return { level: 'info', message: `${HAS}, which covers ${counted(covered, 'validation')}${left}` };
  }
  if (kept !== account) return null;
  const message = `${HAS}, which is that of the account alone: validations are not in it`;
  if (validations === null) return { level: 'info', message };
  return {
    level: 'warning',
    message,
    hint: 'Draw up the report anew and keep it outside of the target: its digest covers the validations as well.',
  };
}

/** A digest over both cannot say which of them has changed. The digest of the account, printed beside it, can. */
function anotherDigest(seal: RunSeal | null | undefined): Pick<Issue, 'message' | 'hint'> {
  const account =
    'A resume, a repair, a retry and a reset change the account, which the report lists. If there was none since that report, somebody has edited the ledger.';
  const validations = validationsIn(seal ?? { digests: [] });
  if (validations === null)
    return {
      message: 'the rows of the run in the ledger have another digest than the one that was given',
      hint: account,
    };
  return {
    message: `the account of the run with none, the first or all of its ${counted(validations, 'validation')} does not give the digest that was given`,
    hint: `${account} If the digest of the account alone, in the same report, is still held, a validation that it covers was edited, moved or deleted: give that digest, too.`,
  };
}
