import { MigrationError } from '../core/errors';
import type { RunRecord, RunSetup } from '../core/ports/ledger';
import type { Target } from '../core/ports/target';

/** Id of the run to be resumed: the one named, else the latest. Throws RUN_NOT_FOUND where none is unfinished. */
export async function resumableRun(target: Target, runId?: string): Promise<string> {
  const run = await target.ledger.findRun(runId);
  if (run === null) throw noRun(runId);
  if (run.state === 'complete') throw nothingToResume(run.id);
  return run.id;
}

/** Continues a run: the same mappings, source and target, or an error that names both values. */
export async function resumeRun(target: Target, setup: RunSetup, runId: string): Promise<RunRecord> {
  const run = await target.ledger.findRun(runId);
  if (run === null) throw noRun(runId);
  compare('source', run.source, setup.source);
  compare('target', run.target, setup.target);
  compare('list of entities', namesIn(run.fingerprints), namesIn(setup.fingerprints));
  for (const [entity, fingerprint] of Object.entries(setup.fingerprints)) {
    compare(`mapping of ${entity}`, run.fingerprints[entity] ?? 'none', fingerprint);
  }
  await target.ledger.setState(run.id, 'running');
  return run;
}

/** Starts a new run. Throws RUN_UNFINISHED where an earlier one has loaded chunks and never ended. */
export async function startRun(target: Target, setup: RunSetup, id: string): Promise<RunRecord> {
  const last = await target.ledger.findRun();
  if (last !== null && last.state !== 'complete' && (await hasLoaded(target, last.id))) throw unfinished(last);
  return target.ledger.createRun({ ...setup, id });
}

/** Sorted: the ledger does not keep an order of names. */
function namesIn(fingerprints: RunSetup['fingerprints']): string {
  return Object.keys(fingerprints).sort().join(', ');
}

async function hasLoaded(target: Target, runId: string): Promise<boolean> {
  const progress = await target.ledger.progress(runId);
  return progress.some(({ tally }) => tally.loaded > 0);
}

function compare(what: string, saved: string, current: string): void {
  if (saved === current) return;
  throw new MigrationError('CHECKPOINT_STALE', `the ${what} differs from the one the run was started with`, {
    hint: `Resume with the ${what} of the first start; a change needs a new run into an empty target.`,
    facts: { what, saved, current },
  });
}

function noRun(runId: string | undefined): MigrationError {
  const which = runId === undefined ? 'no run' : `no run ${runId}`;
  return new MigrationError('RUN_NOT_FOUND', `${which} in the ledger of this target`, {
    hint: 'Start without --resume, or check that DATABASE_URL names the target of the first start.',
  });
}

function nothingToResume(runId: string): MigrationError {
  return new MigrationError('RUN_NOT_FOUND', `run ${runId} is complete: there is nothing to resume`, {
    hint: 'Run "cutover validate" to check it again.',
    facts: { runId },
  });
}

function unfinished(run: RunRecord): MigrationError {
  return new MigrationError('RUN_UNFINISHED', `run ${run.id} has loaded rows and is not complete`, {
    hint: 'Run "cutover migrate --resume" to finish it; to start over, take the target back to its backup.',
    facts: { runId: run.id, state: run.state },
  });
}
