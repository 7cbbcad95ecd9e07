import type { TableName } from '../mapping/table-name';
import type { EntityComparison } from '../comparison/comparison';
import type { Cure } from './cures';
import type { ErrorCode } from '../errors';
import type { Issue } from '../issues';
import type { LobsRead } from './lob-speed';
import type { LegacyRow, TargetRow } from '../mapping/wire';

export interface ChunkId {
  readonly entity: string;
  /** 0-based number in the entity's plan. */
  readonly chunk: number;
}

/** Where in its way a row was turned away. */
export type RejectStage = 'transform' | 'validation' | 'load' | 'orphan';

/** A row that is not in the target, and why. */
export interface Reject {
  readonly entity: string;
  readonly stage: RejectStage;
  /** The key columns' exact values, as a JSON array of texts. */
  readonly key: string;
  readonly rowid: string | null;
  /** The entity property at fault; null where a constraint over several is. */
  readonly property: string | null;
  /** What is wrong, without any part of the value. */
  readonly reason: string;
  /** SQLSTATE where the target refused the row. */
  readonly sqlState: string | null;
  /** The legacy row as JSON (`rawRow`), or the target's row for orphans found after the load. */
  readonly raw: string;
}

export interface ChangeTally {
  readonly property: string;
  readonly kind: string;
  readonly count: number;
  readonly sampleKeys: readonly string[];
}

/** A chunk read and transformed, ready for its one transaction. */
export interface PreparedChunk {
  readonly id: ChunkId;
  /** Rows fetched from the source. */
  readonly read: number;
  readonly rows: readonly TargetRow[];
  /** The legacy row behind each of `rows`, for rejects found while loading. */
  readonly origins: readonly LegacyRow[];
  /** Makes the reject for a row that the target refused. */
  readonly rejectFor: (origin: LegacyRow, fault: LoadFault) => Reject;
  readonly rejects: readonly Reject[];
  /** How the values of `rows` were changed, those of the rows at the given indexes left out: they did not reach the target. */
  readonly changesWithout: (left: ReadonlySet<number>) => readonly ChangeTally[];
  /** Gives up what the chunk holds outside of memory, once it is done with; nothing where absent. Safe to repeat. */
  readonly release?: () => void;
}

export interface LoadFault {
  readonly property: string | null;
  readonly reason: string;
  readonly sqlState: string;
}

/** What became of the rows that a load was given and did not reject. */
export interface RowFates {
  readonly inserted: number;
  /** Rows that overwrote one which the target had before the run (`--on-conflict update`). */
  readonly updated: number;
  /** Rows left out because the target had their key before the run (`--on-conflict skip`). */
  readonly skipped: number;
}

/** What became of a chunk. read = inserted + updated + skipped + rejected. */
export type ChunkResult =
  | (RowFates & {
      readonly kind: 'loaded';
      readonly read: number;
      readonly rejected: number;
      /** Order-independent sum of the hashes of the inserted and updated rows, 16 hex digits. */
      readonly checksum: string;
    })
  | { readonly kind: 'already-loaded' };

/** The account of one entity. It is closed when read = inserted + updated + skipped + rejected + filtered = source count. */
export interface EntityTally extends RowFates {
  /** COUNT(*) of the source at the snapshot; null before it was counted. */
  readonly source: number | null;
  /** Rows looked at: fetched + filtered. */
  readonly read: number;
  /** Turned away in transform, validation, load or as orphans. */
  readonly rejected: number;
  readonly filtered: number;
  /** Order-independent sum of the chunks' checksums, 16 hex digits. */
  readonly checksum: string;
}

export interface OrphanVerdict {
  readonly entity: string;
  readonly foreignKey: string;
  readonly property: string;
  /** What was done: `keep` also where the rule asked for more and rows from before the run forbade it. */
  readonly policy: 'reject' | 'null' | 'keep';
  /** Rows that the entity loaded; those of others that have no parent are not counted. */
  readonly orphans: number;
  /** `not-valid`: the policy `keep` left the constraint unvalidated. */
  readonly constraint: 'valid' | 'not-valid';
}

/** A trigger, a rule or a secondary index of a mapped table, for the time of the load. */
export interface SideObject {
  readonly kind: 'trigger' | 'rule' | 'index';
  readonly table: TableName;
  /** Name of the table or partition that it stands on. */
  readonly on: string;
  readonly name: string;
  /** `aside`: disabled or dropped, to be restored; `no-right`: it stays and fires, for its table is another owner's. */
  readonly state: 'aside' | 'no-right';
}

/** What the load meant for a sequence that numbers a column of a mapped table. */
export interface SequenceVerdict {
  readonly sequence: string;
  /**
   * `moved`: it now gives numbers beyond those loaded; `ahead`: it did already, or there are none; `exhausted`: it has no number left.
   * The others were left alone: `descending` counts down, `not-a-number` feeds a text, `no-right` is not this user's to set.
   */
  readonly state: 'moved' | 'ahead' | 'exhausted' | 'descending' | 'not-a-number' | 'no-right';
  /** The number that it gives next; null where it was not looked at. */
  readonly next: string | null;
}

/** A sequence that has no number left beyond those in a column that it numbers. */
export interface ShortSequence {
  readonly sequence: string;
  readonly table: string;
  readonly column: string;
  /** The greatest number in the column. */
  readonly greatest: string;
  /** The last number that the sequence can give and the column can hold. */
  readonly last: string;
  /** It begins anew after its last number, with numbers that may be taken. */
  readonly cycles: boolean;
  /** Statements that make room for more numbers; none where no sequence can give any. */
  readonly cures: readonly string[];
  /** Whether they write the table anew. */
  readonly rewrites: boolean;
}

/** A sequence that would give numbers which the column that it numbers has, as far as this user can see. */
export interface BehindSequence {
  readonly sequence: string;
  readonly table: string;
  readonly column: string;
  /** The greatest number in the column; null where this user may not read the table. */
  readonly greatest: string | null;
  /** The number that it gives next; null where this user may not see it. */
  readonly next: string | null;
  /** Statements that set it, or by which this user may see more. */
  readonly cures: readonly Cure[];
}

export type EntityState = 'complete' | 'failed' | 'blocked' | 'interrupted' | 'not-started';

export interface EntityOutcome {
  readonly entity: string;
  readonly state: EntityState;
  readonly tally: EntityTally;
  /** SCNs at which its rows were read, the earliest first: more than one after `--new-snapshot`; empty or absent without a snapshot. */
  readonly snapshots?: readonly string[];
  readonly seconds: number;
  /** Code of what went wrong; null where nothing did, or where a parent blocks it. */
  readonly code: ErrorCode | null;
  /** Message of what went wrong, or which parent blocks it. */
  readonly because: string | null;
}

/** What went wrong after the last chunk, with the run as a whole. */
export interface RunFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | null;
}

export interface RunOutcome {
  readonly runId: string;
  readonly state: 'complete' | 'failed' | 'interrupted';
  readonly scn: string | null;
  readonly entities: readonly EntityOutcome[];
  readonly orphans: readonly OrphanVerdict[];
  /** Why what was set aside did not come back though all is loaded; null or absent where it did, or was not tried. */
  readonly failure?: RunFailure | null;
  /** Rejected rows of the run against the most that were allowed (--max-rejects). */
  readonly rejects: { readonly rejected: number; readonly allowed: number };
  /** Whether most of too many rejects have the key of a row that the target had before; absent where they are not too many. */
  readonly tooMany?: 'duplicates' | 'others';
  /** Foreign keys, triggers and indexes that the run still holds aside; absent where nobody has counted them. */
  readonly aside?: number;
  /** Sequences that stay behind the loaded numbers; none where absent. */
  readonly behind?: readonly BehindSequence[];
  /** What this start of the run has read of large values, by class; absent where there were none. */
  readonly lobs?: readonly LobsRead[];
  readonly seconds: number;
}

/** What was compared for one entity, and what did not agree. */
export interface EntityVerdict {
  readonly entity: string;
  /** Null where its SCN is out of reach: SOURCE_NOT_COUNTED. */
  readonly sourceRows: number | null;
  /** Rows of its table; where `filledBy` names several entities, no figure of this one alone. */
  readonly targetRows: number;
  /** The entities that fill the table; absent where it is this one alone. */
  readonly filledBy?: readonly string[];
  readonly tally: EntityTally;
  /** Its load is not complete: nothing of it is judged, and its orphans are not counted. Absent where it is. */
  readonly pending?: boolean;
  /** Rows in the target whose foreign key has no parent, by property; those a policy keeps included. */
  readonly orphans: Readonly<Record<string, number>>;
  /** Absent where counts alone were compared. */
  readonly comparison?: EntityComparison;
  readonly issues: readonly Issue[];
}
