import type { Replaceable } from '../run/replaced-options';
import type { EntityProgress, RunRecord, RunSetup, RunState } from '../run/run-record';
import type { RunEnd, RunStart, RunTrail, Validation } from '../run/evidence';
import type { Reject } from '../run/outcomes';
import type { SourceAccount } from '../run/source-accounts';
import type { LedgerUpgrade } from '../run/ledger-version';
import type { ChunkPlan } from './legacy-source';
import type { TableName } from '../mapping/table-name';
import type { NotedReject } from './reject-loader';
import type { Retried } from '../run/loaded-by';

/** The truth about a run, kept in the target database. */
export interface Ledger {
  /**
   * Creates the ledger where it is missing, upgrades one of an earlier version: from which to which, null where it did not. To be called
   * without a claim. Throws LEDGER_NEWER, as every method does, and RUN_ACTIVE where there is something to upgrade but another operator.
   */
  install(): Promise<LedgerUpgrade | null>;
  createRun(run: RunSetup & { readonly id: string }): Promise<RunRecord>;
  /** The run with this id, or the latest one; null where there is none (or no ledger). */
  findRun(id?: string): Promise<RunRecord | null>;
  setState(runId: string, state: RunState): Promise<void>;
  /** Notes the options that the run keeps from here on. */
  noteOptions(runId: string, options: Replaceable): Promise<void>;
  /** Notes that a retry of the entities' rejects begins, or that it has come to its end: one that was broken off stays begun. */
  noteRetry(runId: string, entities: readonly string[], at: 'begun' | 'ended'): Promise<void>;
  /** What is left of the run is read at another SCN; entities of which nothing is loaded lose their plan and counts. */
  renewSnapshot(runId: string, scn: string): Promise<RunRecord>;
  /** Stores the plan of an entity once; a plan already stored is kept and returned. */
  savePlan(runId: string, entity: string, plan: ChunkPlan): Promise<ChunkPlan>;
  findPlan(runId: string, entity: string): Promise<ChunkPlan | null>;
  /** Exact source counts of an entity at the snapshot. */
  saveCounts(runId: string, entity: string, counts: { matching: number; total: number }): Promise<void>;
  loadedChunks(runId: string, entity: string): Promise<ReadonlySet<number>>;
  /** Of every committed chunk: the checksum over the rows that it loaded, how many they are, and the SCN that it was read at (null: none). */
  chunkChecksums(runId: string, entity: string): Promise<readonly ChunkChecksum[]>;
  progress(runId: string): Promise<readonly EntityProgress[]>;
  /** All rejects of a run in a stable order (entity, chunk, ordinal). */
  rejects(runId: string): AsyncIterable<Reject>;
  /** Those of one entity, with their numbers, in the same order. */
  rejectsOf(runId: string, entity: string): AsyncIterable<NotedReject>;
  /** By entity: by which mapping rejected rows were loaded after the load; without those of which none was. */
  retried(runId: string): Promise<Readonly<Record<string, Retried>>>;
  changes(runId: string): Promise<readonly ChangeCount[]>;
  /** Which rows of a chunk were skipped; null where an earlier version has only counted some of the entity's. */
  skipped(runId: string, entity: string, chunk: number): Promise<SkippedMarks | null>;
  /** By entity: rows that other runs have added to its table since this one began; without those to whose table none has. */
  addedSince(runId: string): Promise<Readonly<Record<string, number>>>;
  /** By entity: rows that the run has overwritten and that were not there, or not as they were, at a moment of its target. */
  overwrittenSince(runId: string, moment: string): Promise<Readonly<Record<string, number>>>;
  /** Notes that the run begins, or goes on. What is noted twice under one `id`, as by a retry, is noted once. */
  noteStart(runId: string, start: RunStart, id: string): Promise<void>;
  /** Notes how the latest start of the run has ended. */
  noteEnd(runId: string, end: RunEnd): Promise<void>;
  /**
   * Keeps a proof of the run; earlier ones stay. What is kept twice under one `id`, as by a retry, is kept once. False where a ledger of
   * an earlier version cannot keep it.
   */
  noteValidation(runId: string, validation: Validation, id: string): Promise<boolean>;
  /** What becomes of the rows of each legacy table; what was known of the run before is forgotten. */
  saveSources(runId: string, accounts: readonly SourceAccount[]): Promise<void>;
  /** The same, as it was saved; null where nothing was, or a ledger of an earlier version could not hold it. */
  sources(runId: string): Promise<readonly SourceAccount[] | null>;
  /** What else the evidence of a run is made of. Its seal only where it is asked for: all of the run's rows are hashed for it. */
  trail(runId: string, seal?: 'with its seal'): Promise<RunTrail>;
  /** The complete runs that have rows of an entity in that very table, the latest first; none where every row was skipped or rejected. */
  migratedBy(entity: string, table: TableName): Promise<readonly string[]>;
  /** Every run, the latest first; none where there is no ledger. */
  runs(): Promise<readonly RunListing[]>;
  /**
   * Removes all that is noted of a run, or with `all` the ledger itself, so that nothing of it is left in the catalogue.
   * Answers whether there was a ledger.
   */
  drop(runs: 'all' | { readonly runId: string }): Promise<boolean>;
}

export interface ChunkChecksum {
  readonly chunk: number;
  readonly checksum: string | null;
  readonly scn: string | null;
  /** Inserted and updated; those that were rejected after the load, as orphans, included. */
  readonly rows: number;
  readonly skipped: number;
}

/** Legacy rows that were skipped, as marks put together (`marksIn`). */
export interface SkippedMarks {
  /** Those that the chunk has left out. */
  readonly loading: Buffer;
  /** Rows of the whole entity that were loaded, moved out as orphans, and skipped when they were tried again. Their chunks are not noted. */
  readonly later: Buffer;
}

/** A run in a list of runs. */
export interface RunListing {
  readonly id: string;
  readonly state: RunState;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly finishedAt: string | null;
  /** Rows inserted and updated; of a run that was reset those that it has left. */
  readonly rows: number;
  readonly rejects: number;
  /** Foreign keys, triggers and indexes that it holds aside. */
  readonly aside: number;
}

/** How often one property was changed in one way, with a few samples of keys (never values). */
export interface ChangeCount {
  readonly entity: string;
  readonly property: string;
  readonly kind: string;
  readonly count: number;
  readonly sampleKeys: readonly string[];
}
