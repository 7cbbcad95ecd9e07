import { behindFindings } from '../core/checks/sequence-findings';
import type { Issue } from '../core/issues';
import { outdatedAbout } from '../core/ledger-version';
import type { EntityProgress, RunRecord } from '../core/ports/ledger';
import type { Target } from '../core/ports/target';
import type { TargetStanding } from '../core/standing';
import { mostlyDuplicates, type RunEnding } from '../core/ways-on';
import type { SourceAccount } from '../core/source-accounts';
import { withTarget } from './databases';
import { evidenceOf } from './run-report';

export interface RunStatus {
  readonly run: RunRecord;
  readonly entities: readonly EntityProgress[];
  /** Who is at work on the target, and what is not in place in it. */
  readonly standing: TargetStanding;
  /** Sequences that stay behind the numbers of the run. */
  readonly behind: readonly Issue[];
  /** How the latest start of the run has ended. */
  readonly ending: Pick<RunEnding, 'codes' | 'tooMany'>;
  /** What of the legacy tables was taken, as it was counted last; null where the ledger does not say. */
  readonly sources: readonly SourceAccount[] | null;
  /** The verdict of the report, as a sentence. */
  readonly verdict: string;
  /** Of what is shown: what the ledger lacks because of its version. */
  readonly outdated: readonly Issue[];
}

/** Where a run stands, from the ledger alone (the source is not asked); null where the ledger holds no such run. */
export function runStatus(target: { readonly url: string }, runId: string | null): Promise<RunStatus | null> {
  return withTarget(target, async (opened) => {
    const { ledger } = opened;
    const run = await ledger.findRun(runId ?? undefined);
    if (run === null) return null;
    const entities = await ledger.progress(run.id);
    const { sources, verdict } = await evidenceOf(opened, { runId: run.id, mode: 'load', unsealed: true });
    const standing = await opened.standing();
    const behind = behindFindings(run.state === 'complete' ? await opened.behindSequences(run.id) : []);
    const known = { sources, verdict: verdict.sentence, ...(await endingOf(run, opened)) };
    return { run, entities, behind, standing, ...known };
  });
}

/** Who is at work on the target, and what is not in place in it, whatever its ledger holds. */
export function targetStanding(target: { readonly url: string }): Promise<TargetStanding> {
  return withTarget(target, (opened) => opened.standing());
}

async function endingOf(run: RunRecord, { ledger }: Target): Promise<Pick<RunStatus, 'ending' | 'outdated'>> {
  if (run.state === 'complete' || run.state === 'reset') {
    return { ending: { codes: [], tooMany: 'others' }, outdated: [] };
  }
  const { starts, rejects, outdated } = await ledger.trail(run.id);
  const end = starts.at(-1)?.end ?? null;
  const codes = end?.entities.map(({ code }) => code) ?? [];
  const isOver = end !== null && end.rejects.rejected > end.rejects.allowed;
  const tooMany = isOver && mostlyDuplicates(run, rejects) ? 'duplicates' : 'others';
  return { ending: { codes, tooMany }, outdated: outdatedAbout(outdated, 'starts') };
}
