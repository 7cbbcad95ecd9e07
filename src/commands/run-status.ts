import type { EntityProgress, RunRecord } from '../core/ports/ledger';
import type { Target } from '../core/ports/target';
import type { TargetStanding } from '../core/standing';
import { mostlyDuplicates, type RunEnding } from '../core/ways-on';
import { withTarget } from './databases';

export interface RunStatus {
  readonly run: RunRecord;
  readonly entities: readonly EntityProgress[];
  /** Who is at work on the target, and what is not in place in it. */
  readonly standing: TargetStanding;
  /** How the latest start of the run has ended. */
  readonly ending: Pick<RunEnding, 'codes' | 'tooMany'>;
}

/** Where a run stands, from the ledger alone (the source is not asked); null where the ledger holds no such run. */
export function runStatus(target: { readonly url: string }, runId: string | null): Promise<RunStatus | null> {
  return withTarget(target, async (opened) => {
    const { ledger } = opened;
    const run = await ledger.findRun(runId ?? undefined);
    if (run === null) return null;
    const entities = await ledger.progress(run.id);
    return { run, entities, standing: await opened.standing(), ending: await endingOf(run, opened) };
  });
}

/** Who is at work on the target, and what is not in place in it, whatever its ledger holds. */
export function targetStanding(target: { readonly url: string }): Promise<TargetStanding> {
  return withTarget(target, (opened) => opened.standing());
}

async function endingOf(run: RunRecord, { ledger }: Target): Promise<RunStatus['ending']> {
  if (run.state === 'complete' || run.state === 'reset') return { codes: [], tooMany: 'others' };
  const { starts, rejects } = await ledger.trail(run.id);
  const end = starts.at(-1)?.end ?? null;
  const codes = end?.entities.map(({ code }) => code) ?? [];
  const isOver = end !== null && end.rejects.rejected > end.rejects.allowed;
  const tooMany = isOver && mostlyDuplicates(run, rejects) ? 'duplicates' : 'others';
  return { codes, tooMany };
}
