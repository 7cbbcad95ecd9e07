import type { ChunkId, ChunkResult, EntityTally, PreparedChunk, Reject } from '../core/outcomes';
import type { ChunkPlan } from '../core/ports/legacy-source';
import type { Ledger, RunRecord } from '../core/ports/ledger';

type Loaded = Extract<ChunkResult, { kind: 'loaded' }>;

/** The ledger as maps, with the one method more that a loader needs: recording a chunk. */
export interface MemoryLedger extends Ledger {
  /** What a loader's transaction commits. */
  record(runId: string, chunk: PreparedChunk, result: Loaded): void;
  has(runId: string, id: ChunkId): boolean;
}

interface State {
  readonly runs: Map<string, RunRecord>;
  readonly plans: Map<string, ChunkPlan>;
  readonly counts: Map<string, { matching: number; total: number }>;
  readonly loaded: Map<string, Map<number, Loaded>>;
  readonly rejects: Map<string, Reject[]>;
}

/** A ledger that lives as long as the process: the twin of postgres/ for unit tests. */
export function memoryLedger(): MemoryLedger {
  const state: State = { runs: new Map(), plans: new Map(), counts: new Map(), loaded: new Map(), rejects: new Map() };
  const key = (runId: string, entity: string): string => `${runId}/${entity}`;
  return {
    ...runMethods(state),
    savePlan: (runId, entity, plan) => {
      const kept = state.plans.get(key(runId, entity)) ?? plan;
      state.plans.set(key(runId, entity), kept);
      return Promise.resolve(kept);
    },
    findPlan: (runId, entity) => Promise.resolve(state.plans.get(key(runId, entity)) ?? null),
    saveCounts: (runId, entity, counts) => Promise.resolve(void state.counts.set(key(runId, entity), counts)),
    loadedChunks: (runId, entity) => Promise.resolve(new Set(state.loaded.get(key(runId, entity))?.keys())),
    progress: (runId) => Promise.resolve(progressOf(state, runId)),
    rejects: (runId) => iterate(state.rejects.get(runId) ?? []),
    changes: () => Promise.resolve([]),
    has: (runId, id) => state.loaded.get(key(runId, id.entity))?.has(id.chunk) ?? false,
    record: (runId, chunk, result) => {
      const chunks = state.loaded.get(key(runId, chunk.id.entity)) ?? new Map<number, Loaded>();
      state.loaded.set(key(runId, chunk.id.entity), chunks.set(chunk.id.chunk, result));
      state.rejects.set(runId, [...(state.rejects.get(runId) ?? []), ...chunk.rejects]);
    },
  };
}

function runMethods({ runs }: State): Pick<Ledger, 'install' | 'createRun' | 'findRun' | 'setState'> {
  return {
    install: () => Promise.resolve(),
    createRun: (setup) => {
      const run: RunRecord = { ...setup, state: 'running', startedAt: '1970-01-01T00:00:00Z', finishedAt: null };
      runs.set(run.id, run);
      return Promise.resolve(run);
    },
    findRun: (id) => Promise.resolve((id === undefined ? [...runs.values()].at(-1) : runs.get(id)) ?? null),
    setState: (runId, state) => {
      const run = runs.get(runId);
      if (run !== undefined) runs.set(runId, { ...run, state });
      return Promise.resolve();
    },
  };
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
    loaded: sum((chunk) => chunk.loaded),
    rejected: sum((chunk) => chunk.rejected),
    filtered,
    checksum: '0'.repeat(16),
  };
}

async function* iterate<T>(items: readonly T[]): AsyncGenerator<T> {
  await Promise.resolve();
  yield* items;
}
