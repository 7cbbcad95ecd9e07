import type { EntityProgress, RunRecord } from '../core/ports/ledger';
import { openPostgresTarget } from '../postgres/open-target';

export interface RunStatus {
  readonly run: RunRecord;
  readonly entities: readonly EntityProgress[];
}

/** Where a run stands, from the ledger alone (the source is not asked); null where the ledger holds no such run. */
export async function runStatus(target: { readonly url: string }, runId: string | null): Promise<RunStatus | null> {
  const opened = await openPostgresTarget(target);
  try {
    const run = await opened.ledger.findRun(runId ?? undefined);
    return run === null ? null : { run, entities: await opened.ledger.progress(run.id) };
  } finally {
    await opened.close();
  }
}
