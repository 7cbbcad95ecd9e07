import type { Ledger } from '../../core/ports/ledger';
import type { NotedReject } from '../../core/ports/reject-loader';
import type { Place } from '../session/place';
import { targetError, translating } from '../session/sqlstate';
import { dropLedger } from './drop-ledger';
import { installLedger } from './install';
import { readAddedSince } from './added-since';
import { readOverwrittenSince } from './overwritten-since';
import { migratedBy } from './migrated-by';
import { findPlan, saveCounts, savePlan } from './plan-rows';
import { readChanges, readChecksums, readLoadedChunks, readProgress } from './progress';
import { readRejects } from './reject-rows';
import { readRetried } from './retried';
import { listRuns } from './run-list';
import { createRun, findRun, noteOptions, noteRetry, renewSnapshot, setRunState } from './run-rows';
import { readSkipped } from './skipped-rows';
import { readSources, saveSources } from './source-rows';
import { readTrail } from './trail';
import { noteEnd, noteStart, noteValidation } from './trail-notes';

/** The ledger in the target database itself, so that its rows commit with those that they account for. */
export function postgresLedger(place: Place): Ledger {
  const ledger = <T>(work: () => Promise<T>): Promise<T> => translating('reading or writing the ledger', work);
  return {
    install: () => ledger(() => installLedger(place)),
    createRun: (run) => ledger(() => createRun(place, run)),
    findRun: (id) => ledger(() => findRun(place, id)),
    renewSnapshot: (runId, scn) => ledger(() => renewSnapshot(place, runId, scn)),
    setState: (runId, state) => ledger(() => setRunState(place, runId, state)),
    noteOptions: (runId, options) => ledger(() => noteOptions(place, runId, options)),
    noteRetry: (runId, entities, at) => ledger(() => noteRetry(place, { runId, entities }, at)),
    savePlan: (runId, entity, plan) => ledger(() => savePlan(place, { runId, entity }, plan)),
    findPlan: (runId, entity) => ledger(() => findPlan(place, { runId, entity })),
    saveCounts: (runId, entity, counts) => ledger(() => saveCounts(place, { runId, entity }, counts)),
    chunkChecksums: (runId, entity) => ledger(() => readChecksums(place, { runId, entity })),
    loadedChunks: (runId, entity) => ledger(() => readLoadedChunks(place, { runId, entity })),
    progress: (runId) => ledger(() => readProgress(place, runId)),
    rejects: (runId) => translatedRejects(place, runId),
    rejectsOf: (runId, entity) => translatedRejects(place, runId, entity),
    retried: (runId) => ledger(() => readRetried(place, runId)),
    skipped: (runId, entity, chunk) => ledger(() => readSkipped(place, { runId, entity, chunk })),
    addedSince: (runId) => ledger(() => readAddedSince(place, runId)),
    overwrittenSince: (runId, moment) => ledger(() => readOverwrittenSince(place, runId, moment)),
    changes: (runId) => ledger(() => readChanges(place, runId)),
    noteStart: (runId, note, id) => ledger(() => noteStart(place, runId, { id, note })),
    noteEnd: (runId, end) => ledger(() => noteEnd(place, runId, end)),
    noteValidation: (runId, note, id) => ledger(() => noteValidation(place, runId, { id, note })),
    saveSources: (runId, accounts) => ledger(() => saveSources(place, runId, accounts)),
    sources: (runId) => ledger(() => readSources(place, runId)),
    trail: (runId, seal) => ledger(() => readTrail(place, runId, seal)),
    migratedBy: (entity, table) => ledger(() => migratedBy(place, entity, table)),
    runs: () => ledger(() => listRuns(place)),
    drop: (runs) => ledger(() => dropLedger(place, runs)),
  };
}

async function* translatedRejects(place: Place, runId: string, entity?: string): AsyncGenerator<NotedReject> {
  try {
    yield* readRejects(place, runId, entity);
  } catch (error) {
    throw targetError(error, 'reading the rejects');
  }
}
