import type { KeyMatch } from '../mapping/entity-contract';
import type { Conflicts } from '../run/conflicts';
import type { Emit } from '../run/events';
import type { FollowingKey, TableHazards } from '../run/hazards';
import type { Issue } from '../issues';
import type { LivingRestored } from '../run/living';
import type {
  BehindSequence,
  ChunkResult,
  OrphanVerdict,
  PreparedChunk,
  SequenceVerdict,
  ShortSequence,
  SideObject,
} from '../run/outcomes';
import type { TargetRow } from '../mapping/wire';
import type { OrphanPolicy } from '../mapping/table-mapping';
import type { TargetStanding } from '../run/standing';
import type { ResetOrder, ResetOutcome, ResetPlan } from '../run/reset';
import type { RejectCount } from '../run/readiness';
import type { Ledger } from './ledger';
import type { NamedRelation } from './named-relation';
import type { TableName } from '../mapping/table-name';
import type { RejectLoader, RejectLoaderContext } from './reject-loader';
import type { RepairDesk, RepairEnd, RepairRequest } from './repair-desk';
import type { ReadingRequest, TargetReader } from './target-reader';
import type { WritePlan } from './write-plan';

export type { TableName } from '../mapping/table-name';

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
  /** The last field that an `interval` keeps; absent where it keeps all of them, and for other types. */
  readonly smallestField?: 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second';
  /** Of a type that only the server can read; absent for the others. */
  readonly byText?: true;
}

export interface TargetForeignKey {
  readonly name: string;
  readonly columns: readonly string[];
  readonly parent: TableName;
  readonly parentColumns: readonly string[];
  /** `simple` where absent. */
  readonly match?: KeyMatch;
}

/** A foreign key that is never set aside, and that no policy for orphans reaches. */
export interface UnruledKey {
  readonly name: string;
  /** `partition`: it stands on a single partition, or the table is one and has the key from its parent; `period`: it compares periods. */
  readonly kind: 'partition' | 'period';
  /** On which it stands. */
  readonly table: TableName;
  readonly columns: readonly string[];
  readonly parent: TableName;
  /** What follows its name in ADD CONSTRAINT. */
  readonly definition: string;
}

export interface TargetTable {
  readonly table: TableName;
  readonly columns: readonly TargetColumn[];
  readonly primaryKey: readonly string[];
  readonly foreignKeys: readonly TargetForeignKey[];
  /** Whether its foreign keys can be there over rows that break them (NOT VALID): those of a partitioned table only from PostgreSQL 18 on. */
  readonly keysCanBeNotValid: boolean;
  /** Whether any row is there already. */
  readonly empty: boolean;
  /** Triggers and rules on INSERT, UPDATE or DELETE that a load disables, or has disabled, by name; not those that fire (`hazards`). */
  readonly triggers: readonly string[];
  /** Tables that inherit from it, which is not how partitions do; none where absent. */
  readonly inheritedBy?: readonly string[];
  /** Columns with names that a load or a repair needs for its temporary tables; none where absent. */
  readonly reserved?: readonly string[];
  /** None where absent. */
  readonly unruledKeys?: readonly UnruledKey[];
}

/** Who and what the target is; `identity` is compared on resume. */
export interface TargetFacts {
  readonly identity: string;
  readonly version: string;
  readonly encoding: string;
  /** Whether the server is on this machine (loopback or socket). */
  readonly local: boolean;
}

/** What the loader of one entity writes, and how it meets rows that the table had before the run. */
export interface LoadPlan extends WritePlan {
  readonly conflicts: Conflicts;
}

/** The checksum of rows, but those at the indexes `without`, as a load of them has it: 16 hex digits, that of several sets adds up modulo 2^64. */
export type RowChecksum = (rows: readonly TargetRow[], without: ReadonlySet<number>) => string;

/** Loads chunks of one entity over one connection, each exactly once. */
export interface ChunkLoader {
  /** Commits rows, rejects, changes and the ledger row in one transaction; `already-loaded` when the ledger says it is done. */
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
  /** What endangers rows that this user writes to the table; nothing where it does not exist. */
  hazards(table: TableName): Promise<TableHazards>;
  /** Enforced keys of other tables, whose rows change when columns of this one are updated; none where it does not exist. */
  followingKeys(table: TableName): Promise<readonly FollowingKey[]>;
  /** Null where the table does not exist. */
  table(name: TableName): Promise<TargetTable | null>;
  /**
   * What has one of the names, in upper or lower case, in any schema that the user may use or that the search_path names, and in `public`;
   * those that the search_path finds come first.
   */
  relationsNamed(names: readonly string[]): Promise<readonly NamedRelation[]>;
  /** The schema in which this session would make a table without one; `pg_catalog`, where it always looks, if its search_path leads nowhere. */
  currentSchema(): Promise<string>;
  readonly ledger: Ledger;
  /** Shuts out other runs until `release`; waits for zombies of this run, then throws RUN_ACTIVE when another operator is at work. */
  claimRun(runId: string): Promise<RunClaim>;
  /** Throws CHECKPOINT_STALE where rows of the run are in a table whose name another one has by now. */
  refuseOtherTables(runId: string): Promise<void>;
  loader(plan: LoadPlan, context: LoaderContext): Promise<ChunkLoader>;
  /**
   * Drops the foreign keys of the tables, journalled, so that they load in any order. Does nothing for those already set aside. `living`:
   * those of the tables that had rows before the run; none where absent.
   */
  setForeignKeysAside(runId: string, tables: readonly TableName[], living?: readonly TableName[]): Promise<void>;
  /** Applies the orphan rules until nothing changes, then restores and validates what the journal holds. Safe to repeat. */
  restoreForeignKeys(runId: string, rules: readonly OrphanRule[]): Promise<readonly OrphanVerdict[]>;
  /**
   * Disables the triggers and drops the secondary indexes of tables without rows, journalled. Answers with all that are set
   * aside now, and with the triggers that this user may not disable.
   */
  setObjectsAside(
    runId: string,
    tables: readonly TableName[],
    living?: readonly TableName[],
  ): Promise<readonly SideObject[]>;
  /** Brings back what `setObjectsAside` took away, as it was. Safe to repeat. Throws LOAD_FAILED where rows do not fit an index. */
  restoreObjects(runId: string): Promise<void>;
  /**
   * Brings back, before the load is done, what was taken away from tables that had rows before the run, and keys that lead to such tables;
   * no orphan is moved. `cut` ends the sessions of lanes that are at work first. Safe to repeat.
   */
  restoreLiving(runId: string, lanes: 'leave' | 'cut'): Promise<LivingRestored>;
  /**
   * Sets every sequence that numbers a column of the tables past the greatest number there, never backwards; the ledger keeps where
   * it stood, for a reset of the run. Safe to repeat.
   */
  advanceSequences(runId: string, tables: readonly TableName[]): Promise<readonly SequenceVerdict[]>;
  /** Sequences whose range, or the type of the column, ends before they could give a number that is not taken. Changes nothing. */
  shortSequences(tables: readonly TableName[]): Promise<readonly ShortSequence[]>;
  /** Sequences of the tables of a run that would give numbers which are there, or may. Changes nothing. */
  behindSequences(runId: string): Promise<readonly BehindSequence[]>;
  /**
   * What a reset would do now. Throws RESET_BLOCKED where rows that would stay refer to rows that would go, or would themselves be left
   * against the order; RESET_IMPOSSIBLE where the rows of the run cannot be told any more.
   */
  resetPlan(order: ResetOrder): Promise<ResetPlan>;
  /**
   * Takes back what the run has loaded, in one transaction; of the whole run also what it has set aside and moved. It is then `reset`,
   * or with some entities `interrupted`. Safe to repeat. Throws as `resetPlan` does.
   */
  reset(order: ResetOrder, emit: Emit): Promise<ResetOutcome>;
  /**
   * Mends rows of a run in one transaction with its record in the ledger: a crash leaves all of it or nothing, and what was mended by one
   * list of differences is not mended by it again. No trigger fires. Throws REPAIR_BLOCKED where a foreign key forbids what comes out.
   */
  repair(request: RepairRequest, work: (desk: RepairDesk) => Promise<void>): Promise<RepairEnd>;
  /** Loads rows that were rejected, foreign keys in place and triggers still. */
  rejectLoader(plan: LoadPlan, context: RejectLoaderContext): Promise<RejectLoader>;
  /** Exact number of rows now in the table. */
  count(table: TableName): Promise<number>;
  /** What the target holds as committed now, in a form that its ledger understands later: see `Ledger.overwrittenSince`. */
  moment(): Promise<string>;
  countOrphans(table: TableName, foreignKey: TargetForeignKey): Promise<number>;
  /** What the loader of the plan makes its checksums with. */
  checksums(plan: WritePlan): Promise<RowChecksum>;
  /** Opens a table for comparison at one moment; close it. */
  reader(request: ReadingRequest): Promise<TargetReader>;
  /** The rows of a table that have one of the keys: `[…key, value]`, the key as it was asked for, the value as text. */
  lookUp(question: TargetLookup): Promise<readonly (readonly (string | null)[])[]>;
  /**
   * Temporary tables of one session in place of those of the plans, with what the rows are judged by; nothing else is written to,
   * and they are gone with the session. One plan per entity.
   */
  probe(plans: readonly ProbePlan[]): Promise<Probe>;
  /** What lanes in other threads need to write to this very target, under the claim of this process. */
  forLanes(): LaneAccess;
  /** A copy of the tables (with its own ledger and sequences) in a schema of its own; removes leftovers of killed rehearsals first. */
  shadow(tables: readonly TableName[]): Promise<Shadow>;
  /** Removes what rehearsals whose process is gone have left behind. The schemas' names. */
  removeRehearsals(): Promise<readonly string[]>;
  /** Who is at work on the target, what is set aside of it, and what rehearsals have left behind. Changes nothing. */
  standing(): Promise<TargetStanding>;
  close(): Promise<void>;
}

/** Which values of one column are wanted: those of the rows with these keys. Columns, not properties. */
export interface TargetLookup {
  readonly table: TableName;
  readonly key: readonly string[];
  readonly value: string;
  readonly keys: readonly (readonly string[])[];
}

export interface LoaderContext {
  readonly runId: string;
  readonly lane: number;
  readonly emit: Emit;
}

/** Where lanes write: it can be posted to another thread, and holds no secret. */
export interface LanePlace {
  readonly ledgerSchema: string;
  /** Of a rehearsal: which table stands for which, and whether that one has rows. Null for the real tables. */
  readonly copies:
    readonly { readonly original: TableName; readonly copy: TableName; readonly filled: boolean }[] | null;
}

export interface LaneAccess {
  readonly place: LanePlace;
  /** To be called when a lane has joined: takes a claim that was lost anew. Throws RUN_ACTIVE where another operator was faster. */
  assureClaim(): Promise<void>;
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

/** What is judged for one entity. */
export interface ProbePlan {
  readonly load: LoadPlan;
  /** Columns that relations and lookups compare, besides those that constraints do. */
  readonly compared: readonly string[];
}

/** Answers what a load would do with rows: the loader's own encoders and searches, over keys alone. Not for several lanes. */
export interface Probe {
  /**
   * The target seen through the temporary tables. Its loader judges a chunk and keeps what later rows are compared with; it restores
   * no foreign key, and moves orphans between temporary tables only.
   */
  readonly target: Target;
  /** What a run in its temporary ledger has turned away so far, summed. */
  rejects(runId: string): Promise<readonly RejectCount[]>;
  close(): Promise<void>;
}
