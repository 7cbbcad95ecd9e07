import type { Issue } from '../issues';
import type { LobTally } from '../run/lob-speed';
import type { LegacyRow } from '../mapping/wire';
import type { RowSample } from '../run/readiness';
import type { Spill } from './spill';

/** A table or view of the legacy dictionary; without `owner` it is looked up in the session's schema, then through synonyms. */
export interface SourceName {
  readonly owner: string | null;
  readonly name: string;
  /** A query that is read in place of a table, its tables in braces (core/query-text.ts); the name is then the mapping's. */
  readonly query?: string;
}

export interface ReadColumn {
  readonly name: string;
  /** `bytes`: the raw bytes of a character column (UTL_RAW.CAST_TO_RAW); `text`: the exact text (see mapping/wire.ts). */
  readonly as: 'text' | 'bytes';
}

/** What is read for one entity; rows come as `[rowid, …columns in this order]`. */
export interface ReadPlan {
  readonly entity: string;
  readonly source: SourceName;
  readonly columns: readonly ReadColumn[];
  readonly key: readonly string[];
  /** The mapping's and the command line's conditions, joined by AND; Oracle syntax. */
  readonly where: string | null;
  /** Columns whose values nothing but a copy reads: large ones come as `LargeValue`. None where absent. */
  readonly copied?: readonly string[];
}

/** A piece of a table. The union of a plan's chunks is the table, their intersections are empty; ends are open at null. */
export type ChunkBounds =
  | { readonly kind: 'rowid'; readonly from: string | null; readonly before: string | null }
  | { readonly kind: 'key'; readonly after: readonly string[] | null; readonly upTo: readonly string[] | null }
  | { readonly kind: 'all' };

/** Single rows instead of a piece of the table: by their addresses, or by the values of the plan's key. At most 1,000, Oracle's limit of a list. */
export type RowList =
  | { readonly kind: 'rowids'; readonly rowids: readonly string[] }
  | { readonly kind: 'keys'; readonly keys: readonly (readonly string[])[] };

export interface ChunkPlan {
  readonly strategy: ChunkBounds['kind'];
  readonly chunks: readonly ChunkBounds[];
}

export interface SourceColumn {
  readonly name: string;
  /** As the dictionary words it: `VARCHAR2`, `TIMESTAMP(6)`, … */
  readonly dataType: string;
  readonly length: number | null;
  readonly precision: number | null;
  readonly scale: number | null;
  readonly nullable: boolean;
}

export interface SourceTable {
  readonly name: SourceName & { readonly owner: string };
  readonly kind: 'table' | 'view' | 'query';
  readonly columns: readonly SourceColumn[];
  /** Columns of the primary key, empty where there is none. */
  readonly primaryKey: readonly string[];
  /** The optimizer's statistics: an estimate, shown with `~`, never used for correctness. */
  readonly estimatedRows: number | null;
  readonly averageRowBytes: number | null;
}

/** Who and what the source is; goes into the ledger (`identity`) and the report. */
export interface SourceFacts {
  /** `user@service` on `host:port` and the database's name: compared on resume. Never a password. */
  readonly identity: string;
  readonly version: string;
  readonly mode: 'thin' | 'thick';
  readonly characterSet: string;
  readonly nationalCharacterSet: string;
}

/** What can be done within one consistent point of the source; `scn` null reads what is current (`--no-snapshot`). */
export interface SnapshotRead {
  readonly plan: ReadPlan;
  readonly scn: string | null;
}

/** What the LOBs of a table weigh that a read takes, in bytes or characters as the source counts them. */
export interface LobFacts {
  /** Of a row together, over all rows; null where the table has none. */
  readonly average: number | null;
  readonly longest: number;
}

/** What is read of a chunk. */
export interface ChunkRead extends SnapshotRead {
  /** Most rows of a batch; as many as the source finds best where absent. A batch is shorter where its values are long. */
  readonly batchRows?: number;
  /** Where values go that are too large for the memory (`ReadPlan.copied`); they are hashed and not kept where absent. */
  readonly spill?: Spill;
  /** Where it is noted how fast large values are read; nowhere where absent. */
  readonly lobs?: LobTally;
}

/** The legacy database. Every method throws MigrationError with a SOURCE_* or SNAPSHOT_LOST code. */
export interface LegacySource {
  facts(): Promise<SourceFacts>;
  /** Findings about the connection: version and mode, character set, grants, undo retention, the type zoo over DUAL. */
  check(): Promise<Issue[]>;
  /** Null where no such table or view is visible to the user. */
  table(name: SourceName): Promise<SourceTable | null>;
  /** Has the database look at the plan's condition without reading any row. Throws SOURCE_READ_FAILED where it refuses it. */
  tryCondition(plan: ReadPlan): Promise<void>;
  /**
   * Why a table, view or query cannot be read at the SCN (null: as it is now), asked without reading a row; of a query, the tables in it
   * that refuse. Empty where nothing stands against it, or no such table is visible.
   */
  readRefusals(name: SourceName, scn: string | null): Promise<readonly ReadRefusal[]>;
  /** The current SCN as decimal text. Throws SOURCE_READ_FAILED where flashback is not granted. */
  takeScn(): Promise<string>;
  /** Cuts the table into chunks of about `rows` rows: by ROWID blocks, else by key, else one chunk. */
  planChunks(read: SnapshotRead, rows: number): Promise<ChunkPlan>;
  /**
   * Rows of a chunk, or those of a list that are there, in batches; the reader keeps one batch ahead. Ends normally only when the
   * cursor ended.
   */
  read(read: ChunkRead, chunk: ChunkBounds | RowList): AsyncIterable<readonly LegacyRow[]>;
  /**
   * Two chunks that together are the one given, for where it took so long to read that its undo was overwritten; null where it cannot be
   * cut any more.
   */
  halve(read: SnapshotRead, chunk: ChunkBounds): Promise<readonly [ChunkBounds, ChunkBounds] | null>;
  /** Exact count at the snapshot: rows that meet `plan.where`, and of the whole table. */
  count(read: SnapshotRead): Promise<{ readonly matching: number; readonly total: number }>;
  /** What becomes of each row of one table, counted once, by who takes it. */
  countTaken(question: TakenQuestion): Promise<TakenCounts>;
  /** The tables of these owners that the user may see and that hold rows of their own; no views, no nested tables, nothing dropped. */
  tablesOf(owners: readonly string[]): Promise<readonly OwnedTable[]>;
  /** Rows whose `columns` are not null and match no `parentColumns` of the parent, at the snapshot. */
  countOrphans(relation: SourceRelation, scn: string | null): Promise<number>;
  /**
   * The rows of a table that have one of the keys: `[…key, value]` as exact text (bytes as bytes), the key as the table has it.
   * A CHAR's padding does not count.
   */
  lookUp(question: LegacyLookup, scn: string | null): Promise<readonly LegacyRow[]>;
  /** By a pass over the table, once for its columns and the snapshot; each chunk that is read asks for them. */
  lobFacts(read: SnapshotRead): Promise<LobFacts>;
  /** Takes them over from another source of the same database, as a lane in another thread does. */
  knowLobFacts(read: SnapshotRead, facts: LobFacts): Promise<void>;
  /** LOB columns of the plan with values longer than the limits, among the rows that meet its condition; no value is read. */
  longLobs(read: SnapshotRead, limits: LobLimits): Promise<readonly LongLob[]>;
  close(): Promise<void>;
}

/** That a table may not be read. */
export interface ReadRefusal {
  /** `OWNER.TABLE`, or the name of a query. */
  readonly table: string;
  /** `read-at-scn`: it can be read as it is now. */
  readonly refused: 'any-read' | 'read-at-scn';
  readonly message: string;
  readonly hint?: string;
}

/** Who takes which rows of one table, view or query. Conditions in Oracle's syntax; null: every row. */
export interface TakenQuestion {
  readonly source: SourceName;
  readonly scn: string | null;
  readonly takers: readonly RowTaker[];
}

export interface RowTaker {
  /** The condition of the mapping. */
  readonly where: string | null;
  /** The operator's beside it. */
  readonly chosen: string | null;
  /** Whether the run loads what it takes. */
  readonly inRun: boolean;
}

/** Every row is one of `once`, `leftByChoice`, `ofOthers` and `none`. */
export interface TakenCounts {
  readonly total: number;
  /** By taker: rows that meet its condition, and among them those that meet the operator's, too. */
  readonly takers: readonly { readonly taken: number; readonly loaded: number }[];
  /** Rows that the run loads, each once however many of its mappings take it. */
  readonly once: number;
  /** Rows that more than one mapping of the run loads. */
  readonly several: number;
  /** Rows that mappings of the run would take, but for the operator's condition. */
  readonly leftByChoice: number;
  /** Rows that only mappings outside of the run take. */
  readonly ofOthers: number;
  /** Rows that no mapping takes. */
  readonly none: number;
}

/** A table of the dictionary, as far as it matters that nothing reads it. */
export interface OwnedTable {
  readonly owner: string;
  readonly name: string;
  /** The optimizer's estimate; null where there is none. */
  readonly estimatedRows: number | null;
  /** `temporary`: its rows are a session's own; `external`: they lie in files beside the database. */
  readonly mark: 'temporary' | 'external' | null;
}

/** Which values of one column are wanted: those of the rows with these keys. */
export interface LegacyLookup {
  readonly table: SourceName;
  readonly key: readonly string[];
  readonly value: string;
  readonly keys: readonly (readonly string[])[];
}

/** A foreign key as the source's columns carry it. */
export interface SourceRelation {
  readonly child: SourceName;
  readonly columns: readonly string[];
  readonly parent: SourceName;
  readonly parentColumns: readonly string[];
}

/** The most that a value of a LOB column may have. */
export interface LobLimits {
  readonly bytes: number;
  /** As DBMS_LOB counts them in a CLOB: UTF-16 units, or characters where the database has one byte for each. */
  readonly characters: number;
}

export interface LongLob {
  readonly column: string;
  readonly longest: number;
  /** Values beyond the limit. */
  readonly count: number;
  readonly samples: readonly RowSample[];
}
