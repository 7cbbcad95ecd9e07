import { counted } from '../counted';
import type { Issue } from '../issues';

/** What a run's rows in the ledger come to, and whether somebody else than cutover has changed them. */
export interface RunSeal {
  /** Version of the ledger whose columns the digest is over. */
  readonly version: number;
  /** SHA-256 over the ledger's rows of the run, as they are now, without its validations: a proof does not change it. */
  readonly digest: string;
  /** Parts of the run's account whose rows are not as cutover has left them. */
  readonly edited: readonly string[];
  /** What the digest was before an upgrade of the ledger made it over other columns; `at`: when. ISO 8601, UTC. */
  readonly former: readonly { readonly version: number; readonly digest: string; readonly at: string }[];
}

const NAMED = 5;

/** What stands against a run whose rows in the ledger were edited; never the values. */
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

/** Whether a run in the ledger still has the digest of a report that was kept outside of it. */
export function digestIssues(runId: string, seal: RunSeal | null | undefined, kept: string | null): Issue[] {
  if (kept === null) return [];
  const of = { code: 'LEDGER_DIGEST', subject: runId };
  if (seal?.digest === kept) {
    return [
      { ...of, level: 'info', message: 'the rows of the run in the ledger have the digest that was given', hint: '' },
    ];
  }
  const former = seal?.former.find(({ digest }) => digest === kept);
  if (former !== undefined) {
    return [
      {
        ...of,
        level: 'warning',
        message: `the digest that was given is that of version ${former.version} of the ledger, noted when it was upgraded at ${former.at}`,
        hint: 'The note is in the ledger itself, and no proof. Draw up the report anew and keep it outside of the target.',
      },
    ];
  }
  return [
    {
      ...of,
      level: 'error',
      message: 'the rows of the run in the ledger have another digest than the one that was given',
      hint: 'A resume, a repair, a retry and a reset change it, which the report lists. If there was none since that report, somebody has edited the ledger.',
    },
  ];
}
