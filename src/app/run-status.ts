import type { Issue } from '../core/issues';
import { outdatedAbout } from '../core/run/ledger-version';
import type { EntityProgress, RunRecord } from '../core/run/run-record';
import type { RunTrail } from '../core/run/evidence';
import type { TargetStanding } from '../core/run/standing';
import { mostlyDuplicates, type RunEnding } from '../core/run/ways-on';
import { latestAccounts, type SourceAccount } from '../core/run/source-accounts';
import { withTarget, type TargetAt } from './project/databases';

export interface RunStatus {
  readonly run: RunRecord;
  readonly entities: readonly EntityProgress[];
  /** Who is at work on the target, and what is not in place in it. */
  readonly standing: TargetStanding;
  /** How the latest start of the run has ended. */
  readonly ending: Pick<RunEnding, 'codes' | 'tooMany'>;
  /** What of the legacy tables was taken, as it was counted last; null where the ledger does not say. */
  readonly sources: readonly SourceAccount[] | null;
  /** Of what is shown: what the ledger lacks because of its version. */
  readonly outdated: readonly Issue[];
}

/** Where a run stands, from the ledger alone (the source is not asked); null where the ledger holds no such run. */
export function runStatus(target: TargetAt, runId: string | null): Promise<RunStatus | null> {
  return withTarget(target, async (opened) => {
    const { ledger } = opened;
    const run = await ledger.findRun(runId ?? undefined);
    if (run === null) return null;
    const entities = await ledger.progress(run.id);
    const trail = await ledger.trail(run.id);
    const sources = latestAccounts(await ledger.sources(run.id), trail.validations, Object.keys(run.fingerprints));
    return { run, entities, sources, standing: await opened.standing(), ...endingOf(run, trail) };
  });
}

/** Who is at work on the target, and what is not in place in it, whatever its ledger holds. */
export function targetStanding(target: TargetAt): Promise<TargetStanding> {
  return withTarget(target, (opened) => opened.standing());
}

function endingOf(run: RunRecord, trail: RunTrail): Pick<RunStatus, 'ending' | 'outdated'> {
  if (run.state === 'complete' || run.state === 'reset') {
    return { ending: { codes: [], tooMany: 'others' }, outdated: outdatedAbout(trail.outdated, 'sources') };
  }
  const { starts, rejects, outdated } = trail;
  const end = starts.at(-1)?.end ?? null;
  const codes = end?.entities.map(({ code }) => code) ?? [];
  const isOver = end !== null && end.rejects.rejected > end.rejects.allowed;
  const tooMany = isOver && mostlyDuplicates(run, rejects) ? 'duplicates' : 'others';
  return { ending: { codes, tooMany }, outdated: outdatedAbout(outdated, 'starts', 'sources') };
}
