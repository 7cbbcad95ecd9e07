import type { Clock } from '../../core/clock';
import { MigrationError } from '../../core/errors';
import type { Emit } from '../../core/run/events';
import type { Reject } from '../../core/run/outcomes';
import type { LoadOptions } from '../../core/run/options';
import type { Ledger } from '../../core/ports/ledger';
import type { LegacySource } from '../../core/ports/legacy-source';
import type { Target } from '../../core/ports/target';
import { retrying, retryText } from '../../core/retrying';

/** How a database that does not answer is waited for. */
interface Persistence {
  readonly clock: Clock;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** How long; 0: not at all. */
  readonly reconnectMs: number;
}

interface Ports {
  readonly source: LegacySource;
  readonly target: Target;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** Both databases of a run, seen so that what is asked of one while it cannot be reached is asked again. */
export function persistentPorts<P extends Ports>(
  ports: P,
  { reconnectMs }: Pick<LoadOptions, 'reconnectMs'>,
): P & Persistence {
  const persistence = { ...ports, reconnectMs };
  return {
    ...persistence,
    source: persistentSource(ports.source, persistence),
    target: persistentTarget(ports.target, persistence),
  };
}

type Persist = <T>(doing: string, work: () => Promise<T>) => Promise<T>;
type Ask = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * The target seen through its failures: what is asked of it while it restarts is asked again. Loaders and claims of lanes are their
 * own affair. Once it has been waited for in vain, it is not waited for again before it has answered.
 */
function persistentTarget(target: Target, persistence: Persistence): Target {
  const persist = persisting(persistence);
  return {
    ...target,
    ledger: persistentLedger(target.ledger, persist),
    facts: () => persist('asking the target for its facts', () => target.facts()),
    followingKeys: (name) => persist('reading the catalogue of the target', () => target.followingKeys(name)),
    hazards: (name) => persist('reading the catalogue of the target', () => target.hazards(name)),
    table: (name) => persist('reading the catalogue of the target', () => target.table(name)),
    relationsNamed: (names) => persist('looking for tables of the target', () => target.relationsNamed(names)),
    claimRun: (...of) => persist('claiming the run', () => target.claimRun(...of)),
    refuseOtherTables: (...of) => persist('looking for the tables of the run', () => target.refuseOtherTables(...of)),
    setForeignKeysAside: (...of) => persist('setting foreign keys aside', () => target.setForeignKeysAside(...of)),
    restoreForeignKeys: (...of) => persist('restoring foreign keys', () => target.restoreForeignKeys(...of)),
    setObjectsAside: (...of) => persist('setting triggers and indexes aside', () => target.setObjectsAside(...of)),
    restoreObjects: (...of) => persist('restoring triggers and indexes', () => target.restoreObjects(...of)),
    standing: () => persist('asking how the target stands', () => target.standing()),
    advanceSequences: (...of) => persist('advancing sequences', () => target.advanceSequences(...of)),
    behindSequences: (...of) => persist('looking at sequences', () => target.behindSequences(...of)),
    shortSequences: (...of) => persist('looking at sequences', () => target.shortSequences(...of)),
    count: (table) => persist(`counting ${table.name}`, () => target.count(table)),
    moment: () => persist('asking which transactions have ended', () => target.moment()),
    countOrphans: (table, key) => persist(`counting orphans of ${table.name}`, () => target.countOrphans(table, key)),
  };
}

/** The source likewise; a chunk that is being read is the affair of its lane. */
function persistentSource(source: LegacySource, persistence: Persistence): LegacySource {
  const persist = persisting(persistence);
  return {
    ...source,
    facts: () => persist('asking the source for its facts', () => source.facts()),
    table: (name) => persist('reading the dictionary', () => source.table(name)),
    takeScn: () => persist('taking the SCN', () => source.takeScn()),
    planChunks: (read, rows) => persist(`planning ${read.plan.entity}`, () => source.planChunks(read, rows)),
    lobFacts: (read) => persist(`measuring LOBs of ${read.plan.entity}`, () => source.lobFacts(read)),
    halve: (read, chunk) => persist(`planning ${read.plan.entity}`, () => source.halve(read, chunk)),
    count: (read) => persist(`counting ${read.plan.entity}`, () => source.count(read)),
    countTaken: (question) => persist(`counting ${question.source.name}`, () => source.countTaken(question)),
    tablesOf: (owners) => persist('reading the dictionary', () => source.tablesOf(owners)),
    countOrphans: (relation, scn) =>
      persist(`counting orphans of ${relation.child.name}`, () => source.countOrphans(relation, scn)),
  };
}

function persistentLedger(ledger: Ledger, persist: Persist): Ledger {
  const ask: Ask = (work) => persist('reading or writing the ledger', work);
  return {
    ...ledger,
    install: () => ask(() => ledger.install()),
    createRun: (run) => {
      let isRepeated = false;
      return ask(async () => {
        // The run may have been created and only the answer lost.
        const made = isRepeated ? await ledger.findRun(run.id) : null;
        isRepeated = true;
        return made ?? (await ledger.createRun(run));
      });
    },
    findRun: (id) => ask(() => ledger.findRun(id)),
    renewSnapshot: (...of) => ask(() => ledger.renewSnapshot(...of)),
    setState: (runId, state) => ask(() => ledger.setState(runId, state)),
    noteOptions: (...of) => ask(() => ledger.noteOptions(...of)),
    noteRetry: (...of) => ask(() => ledger.noteRetry(...of)),
    savePlan: (...of) => ask(() => ledger.savePlan(...of)),
    findPlan: (...of) => ask(() => ledger.findPlan(...of)),
    saveCounts: (...of) => ask(() => ledger.saveCounts(...of)),
    loadedChunks: (...of) => ask(() => ledger.loadedChunks(...of)),
    progress: (runId) => ask(() => ledger.progress(runId)),
    changes: (runId) => ask(() => ledger.changes(runId)),
    skipped: (...of) => ask(() => ledger.skipped(...of)),
    addedSince: (runId) => ask(() => ledger.addedSince(runId)),
    overwrittenSince: (runId, moment) => ask(() => ledger.overwrittenSince(runId, moment)),
    saveSources: (...of) => ask(() => ledger.saveSources(...of)),
    sources: (runId) => ask(() => ledger.sources(runId)),
    noteStart: (...of) => ask(() => ledger.noteStart(...of)),
    noteEnd: (...of) => ask(() => ledger.noteEnd(...of)),
    noteValidation: (...of) => ask(() => ledger.noteValidation(...of)),
    trail: (...of) => ask(() => ledger.trail(...of)),
    rejects: (runId) => resumedRejects(ledger, runId, ask),
  };
}

/** Their order is stable, so that a list which breaks off is gone on with where it broke. */
async function* resumedRejects(ledger: Ledger, runId: string, ask: Ask): AsyncGenerator<Reject> {
  const open: { at: AsyncIterator<Reject> | null } = { at: null };
  let given = 0;
  const next = async (): Promise<IteratorResult<Reject>> => {
    const reading = open.at ?? (await openedAfter(ledger.rejects(runId), given));
    open.at = null;
    const result = await reading.next();
    open.at = reading;
    return result;
  };
  try {
    for (let result = await ask(next); result.done !== true; result = await ask(next)) {
      given += 1;
      yield result.value;
    }
  } finally {
    await open.at?.return?.();
  }
}

async function openedAfter(rejects: AsyncIterable<Reject>, given: number): Promise<AsyncIterator<Reject>> {
  const iterator = rejects[Symbol.asyncIterator]();
  for (let passed = 0; passed < given; passed += 1) await iterator.next();
  return iterator;
}

function persisting({ clock, emit, signal, reconnectMs }: Persistence): Persist {
  let isGivenUp = false;
  return async (doing, work) => {
    try {
      const result = await retrying(work, {
        clock,
        limitMs: isGivenUp ? 0 : reconnectMs,
        signal,
        onRetry: (retry) => {
          emit('notice', { message: `${doing}: ${retryText(retry)}` });
        },
      });
      isGivenUp = false;
      return result;
    } catch (error) {
      isGivenUp = error instanceof MigrationError && error.retryable;
      throw error;
    }
  };
}
