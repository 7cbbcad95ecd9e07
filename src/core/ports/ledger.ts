import type { EntityTally, Reject } from '../outcomes';
import type { ChunkPlan } from './legacy-source';

export type RunState = 'running' | 'loaded' | 'complete' | 'failed' | 'interrupted';

/** What a run was started with. Compared on resume; a difference is an error that names both values. */
export interface RunSetup {
  readonly scn: string | null;
  readonly source: string;
  readonly target: string;
  /** By entity: the fingerprint of its mapping. */
  readonly fingerprints: Readonly<Record<string, string>>;
  /** Options that shape the run (`where`, `batchSize`, …); no secrets. */
  readonly settings: Readonly<Record<string, string | number | boolean | null>>;
}

export interface RunRecord extends RunSetup {
  readonly id: string;
  readonly state: RunState;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly finishedAt: string | null;
}

export interface EntityProgress {
  readonly entity: string;
  readonly plannedChunks: number;
  readonly loadedChunks: number;
  readonly tally: EntityTally;
}

/** The truth about a run, kept in the target database. */
export interface Ledger {
  /** Creates the schema and its tables where they are missing. */
  install(): Promise<void>;
  createRun(run: RunSetup & { readonly id: string }): Promise<RunRecord>;
  /** The run with this id, or the latest one; null where there is none (or no ledger). */
  findRun(id?: string): Promise<RunRecord | null>;
  setState(runId: string, state: RunState): Promise<void>;
  /** Stores the plan of an entity once; a plan already stored is kept and returned. */
  savePlan(runId: string, entity: string, plan: ChunkPlan): Promise<ChunkPlan>;
  findPlan(runId: string, entity: string): Promise<ChunkPlan | null>;
  /** Exact source counts of an entity at the snapshot. */
  saveCounts(runId: string, entity: string, counts: { matching: number; total: number }): Promise<void>;
  loadedChunks(runId: string, entity: string): Promise<ReadonlySet<number>>;
  progress(runId: string): Promise<readonly EntityProgress[]>;
  /** All rejects of a run in a stable order (entity, chunk, ordinal). */
  rejects(runId: string): AsyncIterable<Reject>;
  changes(runId: string): Promise<readonly ChangeCount[]>;
}

/** How often one property was changed in one way, with a few samples of keys (never values). */
export interface ChangeCount {
  readonly entity: string;
  readonly property: string;
  readonly kind: string;
  readonly count: number;
  readonly sampleKeys: readonly string[];
}
