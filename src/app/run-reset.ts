import type { RunListing } from '../core/ports/ledger';
import type { Target } from '../core/ports/target';
import { MigrationError } from '../core/errors';
import { dropLedger } from '../migrate/target/drop-ledger';
import { resetRun, type ResetPorts, type ResetRequest, type ResetResult } from '../migrate/target/reset';
import { withDefaults } from '../core/run/options';
import { stateNow, type TargetStanding } from '../core/run/standing';
import { DEFAULT_RESET } from '../core/run/reset';
import { loadCommand } from '../core/run/load-command';
import { partOfProject } from '../core/run/part-of-project';
import { outdatedAbout } from '../core/run/ledger-version';
import { latestAccounts, stateText } from '../core/run/source-accounts';
import type { ListedRun } from '../report/screen/ledger';
import { withTarget, type TargetAt } from './project/databases';
import { tellRemoved } from './rehearsals-removed';
import { noSuchRun } from './run-validation';

type Talk = Pick<ResetPorts, 'emit' | 'confirm' | 'keepLog'>;

/** What is to be taken back, and how where it is not done as usual. */
interface ResetAsked extends Pick<ResetRequest, 'entities'>, Partial<Pick<ResetRequest, 'changed' | 'edited'>> {
  readonly runId: string | null;
}

/** Takes a run back. The source is not asked, and no mapping is needed: the ledger knows the tables. Throws USAGE without a run. */
export function runReset(
  at: TargetAt,
  { runId, entities, ...how }: ResetAsked,
  talk: Talk,
): Promise<ResetResult & { readonly anew: string }> {
  return withTarget(at, async (target) => {
    tellRemoved(await target.removeRehearsals(), talk);
    if (runId === null) throw runNeeded((await target.ledger.findRun())?.id);
    const reset = await resetRun({ target, ...talk }, { runId, entities, ...withDefaults(DEFAULT_RESET, how) });
    return { ...reset, anew: await commandAnew(target, runId) };
  });
}

/** The command that loads once more what the run had loaded, and no more. */
async function commandAnew({ ledger }: Pick<Target, 'ledger'>, runId: string): Promise<string> {
  const run = await ledger.findRun(runId);
  if (run === null) throw noSuchRun(runId);
  return loadCommand(run, partOfProject(Object.keys(run.fingerprints), await ledger.sources(runId)));
}

/** Only of a run that is called complete is the account of its sources looked at. */
async function listedRun(
  run: RunListing,
  { ledger, standing }: { readonly ledger: Target['ledger']; readonly standing: TargetStanding },
): Promise<ListedRun> {
  if (run.state !== 'complete') return { ...run, standing: stateNow(run.state, standing), outdated: [] };
  const { validations, outdated } = await ledger.trail(run.id);
  const entities = Object.keys((await ledger.findRun(run.id))?.fingerprints ?? {});
  const accounts = latestAccounts(await ledger.sources(run.id), validations, entities);
  return { ...run, standing: stateText(run.state, accounts), outdated: outdatedAbout(outdated, 'sources') };
}

/** All runs of the target's ledger, the latest first, each with its state in words. */
export function listRuns(at: TargetAt): Promise<readonly ListedRun[]> {
  return withTarget(at, async (target) => {
    const listed: ListedRun[] = [];
    const known = { ledger: target.ledger, standing: await target.standing() };
    for (const run of await target.ledger.runs()) {
      listed.push(await listedRun(run, known));
    }
    return listed;
  });
}

/** Drops one run of the ledger, or with null the ledger; answers with the runs that are gone. */
export function runDropLedger(
  at: TargetAt,
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
