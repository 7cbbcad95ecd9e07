import { MigrationError } from '../core/errors';
import { dropLedger } from '../migrate/drop-ledger';
import { resetRun, type ResetPorts, type ResetRequest, type ResetResult } from '../migrate/reset';
import type { JudgedRun } from '../report/ledger';
import { verdictWord } from '../report/evidence/headline';
import { withTarget } from './databases';
import { tellRemoved } from './rehearsals-removed';
import { evidenceOf } from './run-report';

type Talk = Pick<ResetPorts, 'emit' | 'confirm'>;

/** Takes a run back. The source is not asked, and no mapping is needed: the ledger knows the tables. Throws USAGE without a run. */
export function runReset(
  at: { readonly url: string },
  { runId, ...what }: Omit<ResetRequest, 'runId'> & { readonly runId: string | null },
  talk: Talk,
): Promise<ResetResult> {
  return withTarget(at, async (target) => {
    tellRemoved(await target.removeRehearsals(), talk);
    if (runId === null) throw runNeeded((await target.ledger.findRun())?.id);
    return resetRun({ target, ...talk }, { runId, ...what });
  });
}

/** All runs of the target's ledger, the latest first, each with the verdict of its report in a word. */
export function listRuns(at: { readonly url: string }): Promise<readonly JudgedRun[]> {
  return withTarget(at, async (target) => {
    const judged: JudgedRun[] = [];
    for (const run of await target.ledger.runs()) {
      const isTakenBack = run.state === 'reset';
      const evidence = { runId: run.id, mode: 'load', unsealed: true } as const;
      judged.push({ ...run, verdict: isTakenBack ? null : verdictWord(await evidenceOf(target, evidence)) });
    }
    return judged;
  });
}

/** Drops one run of the ledger, or with null the ledger; answers with the runs that are gone. */
export function runDropLedger(
  at: { readonly url: string },
  runId: string | null,
  talk: Pick<Talk, 'confirm'> & Partial<Pick<Talk, 'emit'>>,
): Promise<readonly string[]> {
  return withTarget(at, async (target) => {
    const dropped = await dropLedger({ target, confirm: talk.confirm }, runId);
    // What a killed rehearsal has left is a ledger too, with rejected rows in it.
    if (runId === null) tellRemoved(await target.removeRehearsals(), { emit: talk.emit ?? (() => undefined) });
    return dropped;
  });
}

function runNeeded(latest: string | undefined): MigrationError {
  if (latest === undefined) {
    return new MigrationError('RUN_NOT_FOUND', 'no run in the ledger of this target', {
      hint: 'There is nothing to take back; check that DATABASE_URL names the target of the run.',
    });
  }
  return new MigrationError('USAGE', 'which run is to be taken back?', {
    hint: `Name it by --run; the latest is --run ${latest}, and "cutover ledger list" shows all.`,
    facts: { latest },
  });
}
