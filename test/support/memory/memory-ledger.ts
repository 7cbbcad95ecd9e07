import { rowsLoaded } from '../../../src/core/run/account';
import type { ChunkId, ChunkResult, EntityTally, PreparedChunk } from '../../../src/core/run/outcomes';
import type { ChunkPlan } from '../../../src/core/ports/legacy-source';
import type { Ledger, RunListing } from '../../../src/core/ports/ledger';
import { sameTable, type TableName } from '../../../src/core/mapping/table-name';
import type { NotedReject } from '../../../src/core/ports/reject-loader';
import type { RunRecord, RunState } from '../../../src/core/run/run-record';
import type { ResetScope } from '../../../src/core/run/reset';
import { memoryTrail } from './memory-trail';
import { notInMemory } from './not-in-memory';

type Loaded = Extract<ChunkResult, { kind: 'loaded' }>;

interface AtScn {
  readonly scn: string | null;
}

interface Counts {
  readonly matching: number;
  readonly total: number;
}

/** The ledger as maps, with the one method more that a loader needs: recording a chunk. */
export interface MemoryLedger extends Ledger {
  /** What a loader's transaction commits. */
  record(run: { readonly runId: string; readonly table: TableName }, chunk: PreparedChunk, result: Loaded): void;
  has(runId: string, id: ChunkId): boolean;
  /** Drops what it knows of the entities, or with `all` of every one. */
  forget(runId: string, scope: ResetScope): void;
  /** `reset` where there is no such run: nothing of it is left. */
  stateOf(runId: string): RunState;
}

interface State {
  readonly runs: Map<string, RunRecord>;
  readonly plans: Map<string, ChunkPlan>;
  readonly counts: Map<string, Counts & AtScn>;
  readonly loaded: Map<string, Map<number, Loaded & AtScn>>;
  readonly tables: Map<string, TableName>;
  readonly rejects: Map<string, NotedReject[]>;
}

/** A ledger that lives as long as the process: the twin of postgres/ for unit tests. */
export function memoryLedger(): MemoryLedger {
  const state: State = {
    runs: new Map(),
    plans: new Map(),
    counts: new Map(),
    loaded: new Map(),
    tables: new Map(),
    rejects: new Map(),
  };
  const key = (runId: string, entity: string): string => `${runId}/${entity}`;
  const scnOf = (runId: string): string | null => state.runs.get(runId)?.scn ?? null;
  return {
    ...runMethods(state),
    ...memoryTrail((runId) => state.rejects.get(runId) ?? []),
    savePlan: (runId, entity, plan) => {
      const kept = state.plans.get(key(runId, entity)) ?? plan;
      state.plans.set(key(runId, entity), kept);
      return Promise.resolve(kept);
    },
    findPlan: (runId, entity) => Promise.resolve(state.plans.get(key(runId, entity)) ?? null),
    saveCounts: (runId, entity, counts) =>
      Promise.resolve(void state.counts.set(key(runId, entity), { ...counts, scn: scnOf(runId) })),
    loadedChunks: (runId, entity) => Promise.resolve(new Set(state.loaded.get(key(runId, entity))?.keys())),
    progress: (runId) => Promise.resolve(progressOf(state, runId)),
    migratedBy: (entity, table) => {
      const finished = [...state.runs.values()].filter(({ id, state: ended }) => {
        const loaded = state.tables.get(key(id, entity));
        const tally = progressOf(state, id).find((progress) => progress.entity === entity)?.tally;
        const isThere = loaded !== undefined && sameTable(loaded, table);
        return ended === 'complete' && isThere && tally !== undefined && rowsLoaded(tally) > 0;
      });
      return Promise.resolve(finished.map(({ id }) => id).reverse());
    },
    rejects: (runId) => iterate(state.rejects.get(runId) ?? []),
    rejectsOf: (runId, entity) =>
      iterate((state.rejects.get(runId) ?? []).filter((reject) => reject.entity === entity)),
    ...notInMemory<Ledger>()('skipped', 'chunkChecksums', 'overwrittenSince', 'noteRetry'),
    // What is true where a loader rejects only what came to it rejected, and nothing is retried.
    retried: () => Promise.resolve({}),
    changes: () => Promise.resolve([]),
    addedSince: () => Promise.resolve({}),
    stateOf: (runId) => state.runs.get(runId)?.state ?? 'reset',
    forget: (runId, scope) => {
      forget(state, runId, scope);
    },
    has: (runId, id) => state.loaded.get(key(runId, id.entity))?.has(id.chunk) ?? false,
    record: ({ runId, table }, chunk, result) => {
      const chunks = state.loaded.get(key(runId, chunk.id.entity)) ?? new Map<number, Loaded & AtScn>();
      state.loaded.set(key(runId, chunk.id.entity), chunks.set(chunk.id.chunk, { ...result, scn: scnOf(runId) }));
      state.tables.set(key(runId, chunk.id.entity), table);
      const rejects = chunk.rejects.map((reject, ordinal) => ({ ...reject, chunk: chunk.id.chunk, ordinal }));
      state.rejects.set(runId, [...(state.rejects.get(runId) ?? []), ...rejects].sort(byPlace));
    },
  };
}

function runMethods(
  state: State,
): Pick<Ledger, 'install' | 'createRun' | 'findRun' | 'renewSnapshot' | 'setState' | 'noteOptions' | 'runs' | 'drop'> {
  const { runs } = state;
  return {
    install: () => Promise.resolve(null),
    createRun: (setup) => {
      const run: RunRecord = { ...setup, state: 'running', startedAt: '1970-01-01T00:00:00Z', finishedAt: null };
      runs.set(run.id, run);
      return Promise.resolve(run);
    },
    findRun: (id) => Promise.resolve((id === undefined ? [...runs.values()].at(-1) : runs.get(id)) ?? null),
    renewSnapshot: (runId, scn) => {
      const before = runs.get(runId);
      if (before === undefined) return Promise.reject(new TypeError(`no run ${runId}`));
      const run = { ...before, scn };
      runs.set(runId, run);
      for (const name of [...state.plans.keys()].filter((plan) => plan.startsWith(`${runId}/`))) {
        if (state.loaded.has(name)) continue;
        state.plans.delete(name);
        state.counts.delete(name);
      }
      return Promise.resolve(run);
    },
    runs: () => Promise.resolve([...runs.values()].reverse().map((run) => listingOf(state, run))),
    drop: (which) => {
      for (const id of which === 'all' ? [...runs.keys()] : [which.runId]) {
        forget(state, id, 'all');
        runs.delete(id);
      }
      return Promise.resolve(true);
    },
    noteOptions: (runId, options) => {
      const run = runs.get(runId);
      if (run !== undefined) runs.set(runId, { ...run, settings: { ...run.settings, ...options } });
      return Promise.resolve();
    },
    setState: (runId, next) => {
      const run = runs.get(runId);
      const finishedAt = next === 'running' ? null : '1970-01-01T00:00:00Z';
      if (run !== undefined) runs.set(runId, { ...run, state: next, finishedAt });
      return Promise.resolve();
    },
  };
}

function byPlace(a: NotedReject, b: NotedReject): number {
  const order = a.entity < b.entity ? -1 : 1;
  return a.entity === b.entity ? a.chunk - b.chunk || a.ordinal - b.ordinal : order;
}

function forget(state: State, runId: string, scope: ResetScope): void {
  const isMeant = (name: string): boolean =>
    scope === 'all' ? name.startsWith(`${runId}/`) : scope.some((entity) => name === `${runId}/${entity}`);
  for (const map of [state.plans, state.counts, state.loaded, state.tables]) {
    for (const name of [...map.keys()].filter(isMeant)) map.delete(name);
  }
  const rejects = state.rejects.get(runId) ?? [];
  state.rejects.set(
    runId,
    rejects.filter(({ entity }) => !isMeant(`${runId}/${entity}`)),
  );
}

function listingOf(state: State, { id, state: standing, startedAt, finishedAt }: RunRecord): RunListing {
  const rows = progressOf(state, id).reduce((sum, { tally }) => sum + rowsLoaded(tally), 0);
  return { id, state: standing, startedAt, finishedAt, rows, rejects: state.rejects.get(id)?.length ?? 0, aside: 0 };
}

function progressOf(state: State, runId: string): Awaited<ReturnType<Ledger['progress']>> {
  return [...state.plans.entries()]
    .filter(([name]) => name.startsWith(`${runId}/`))
    .map(([name, plan]) => {
      const chunks = [...(state.loaded.get(name)?.values() ?? [])];
      return {
        entity: name.slice(runId.length + 1),
        plannedChunks: plan.chunks.length,
        loadedChunks: chunks.length,
        countedAt: state.counts.get(name)?.scn ?? null,
        snapshots: [...new Set(chunks.flatMap(({ scn }) => scn ?? []))],
        tally: tallyOf(chunks, state.counts.get(name)),
      };
    });
}

function tallyOf(chunks: readonly Loaded[], counts: { matching: number; total: number } | undefined): EntityTally {
  const sum = (read: (chunk: Loaded) => number): number => chunks.reduce((total, chunk) => total + read(chunk), 0);
  const filtered = counts === undefined ? 0 : counts.total - counts.matching;
  return {
    source: counts?.total ?? null,
    read: sum((chunk) => chunk.read) + filtered,
    inserted: sum((chunk) => chunk.inserted),
    updated: sum((chunk) => chunk.updated),
    skipped: sum((chunk) => chunk.skipped),
    rejected: sum((chunk) => chunk.rejected),
    filtered,
    checksum: '0'.repeat(16),
  };
}

async function* iterate<T>(items: readonly T[]): AsyncGenerator<T> {
  await Promise.resolve();
  yield* items;
}
