import type { Emit } from '../events';
import type { Issue } from '../issues';
import type { ChunkResult, OrphanVerdict, PreparedChunk, SequenceVerdict, SideObject } from '../outcomes';
import type { OrphanPolicy } from '../mapping/table-mapping';
import type { Ledger } from './ledger';

/** One column of a target table, as the live catalogue has it. */
export interface TargetColumn {
  readonly name: string;
  /** PostgreSQL's type name without modifiers: `int4`, `varchar`, `numeric`, `timestamptz`, … */
  readonly type: string;
  readonly nullable: boolean;
  /** varchar(n), char(n); null without limit. */
  readonly maxLength: number | null;
  readonly precision: number | null;
  readonly scale: number | null;
  readonly hasDefault: boolean;
  /** Identity ALWAYS or GENERATED: cannot be written by a plain INSERT. */
  readonly generated: 'no' | 'identity-always' | 'identity-by-default' | 'stored';
}

export interface TargetForeignKey {
  readonly name: string;
  readonly columns: readonly string[];
  readonly parent: TableName;
  readonly parentColumns: readonly string[];
}

export interface TableName {
  readonly schema: string;
  readonly name: string;
}

export interface TargetTable {
  readonly table: TableName;
  readonly columns: readonly TargetColumn[];
  readonly primaryKey: readonly string[];
  readonly foreignKeys: readonly TargetForeignKey[];
  /** Whether any row is there already. */
  readonly empty: boolean;
  /** Enabled triggers on INSERT, and those that a run has disabled, by name. */
  readonly triggers: readonly string[];
}

/** Who and what the target is; `identity` is compared on resume. */
export interface TargetFacts {
  readonly identity: string;
  readonly version: string;
  readonly encoding: string;
  /** Whether the server is on this machine (loopback or socket). */
  readonly local: boolean;
}

/** What the loader of one entity writes: the target columns, in the order of the mapping's fields. */
export interface LoadPlan {
  readonly entity: string;
  readonly table: TableName;
  readonly columns: readonly string[];
  /** By column: the entity property it belongs to, for reject reasons. */
  readonly properties: readonly string[];
  /** Positions (in `columns`) that carry the legacy key; empty where the mapping does not carry it over. */
  readonly keyPositions: readonly number[];
}

/** Loads chunks of one entity over one connection, each exactly once. */
export interface ChunkLoader {
  /** Commits rows, rejects, changes and the ledger row in one transaction; `skipped` when the ledger says it is done. */
  load(chunk: PreparedChunk): Promise<ChunkResult>;
  close(): Promise<void>;
}

/** One foreign key of a mapped table and what happens to rows that break it. */
export interface OrphanRule {
  readonly entity: string;
  readonly foreignKey: TargetForeignKey;
  readonly table: TableName;
  readonly policy: OrphanPolicy;
  /** The entity property of the (first) foreign-key column. */
  readonly property: string;
  /** Target columns of `table` that hold the legacy key; empty where the mapping does not carry it over. */
  readonly keyColumns: readonly string[];
  /**
   * Rows in `table` before the run. Where there were any and no valid constraint stood over them, orphans may be among them that
   * are not the run's to move: the policy is then `keep`.
   */
  readonly rowsBefore: number;
}

/** The target database. Every method throws MigrationError with a TARGET_* code, LOAD_FAILED or RUN_ACTIVE. */
export interface Target {
  facts(): Promise<TargetFacts>;
  /** Findings about the connection: version, encoding, rights to write and to create the ledger, transaction pooling. */
  check(): Promise<Issue[]>;
  /** Null where the table does not exist. */
  table(name: TableName): Promise<TargetTable | null>;
  readonly ledger: Ledger;
  /** Shuts out other runs until `release`; waits for zombies of this run, then throws RUN_ACTIVE when another operator is at work. */
  claimRun(runId: string): Promise<RunClaim>;
  loader(plan: LoadPlan, context: LoaderContext): Promise<ChunkLoader>;
  /** Drops the foreign keys of the tables, journalled, so that they load in any order. Does nothing for those already set aside. */
  setForeignKeysAside(runId: string, tables: readonly TableName[]): Promise<void>;
  /** Applies the orphan rules until nothing changes, then restores and validates what the journal holds. Safe to repeat. */
  restoreForeignKeys(runId: string, rules: readonly OrphanRule[]): Promise<readonly OrphanVerdict[]>;
  /**
   * Disables the triggers on INSERT and drops the secondary indexes of tables without rows, journalled. Answers with all that are set
   * aside now, and with the triggers that this user may not disable.
   */
  setObjectsAside(runId: string, tables: readonly TableName[]): Promise<readonly SideObject[]>;
  /** Brings back what `setObjectsAside` took away, as it was. Safe to repeat. Throws LOAD_FAILED where rows do not fit an index. */
  restoreObjects(runId: string): Promise<void>;
  /** Sets every sequence that numbers a column of the tables past the greatest number there, never backwards. Safe to repeat. */
  advanceSequences(tables: readonly TableName[]): Promise<readonly SequenceVerdict[]>;
  /** Exact number of rows now in the table. */
  count(table: TableName): Promise<number>;
  countOrphans(table: TableName, foreignKey: TargetForeignKey): Promise<number>;
  /** A copy of the tables (with its own ledger and sequences) in a schema of its own; removes leftovers of killed rehearsals first. */
  shadow(tables: readonly TableName[]): Promise<Shadow>;
  close(): Promise<void>;
}

export interface LoaderContext {
  readonly runId: string;
  readonly lane: number;
  readonly emit: Emit;
}

export interface RunClaim {
  release(): Promise<void>;
}

export interface Shadow {
  /** The target seen through the shadow: the same table names lead to the copies. */
  readonly target: Target;
  /** Leftovers that were found and removed, by schema name. */
  readonly removed: readonly string[];
  drop(): Promise<void>;
}
