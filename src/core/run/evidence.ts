import type { CompareLevel } from '../comparison/comparison';
import type { Issue } from '../issues';
import type { RunSeal } from './ledger-seal';
import type { LeftOutProperty } from '../mapping/table-mapping';
import type { EntityOutcome, EntityVerdict, RunOutcome } from './outcomes';
import type { RejectCount } from './readiness';
import type { SourceAccount } from './source-accounts';

/** What took part in a start of a run, each as it names its own version. */
export interface RunVersions {
  readonly source: string;
  readonly target: string;
  readonly driver: string;
  readonly cutover: string;
  readonly node: string;
  /** Time zone data of that Node; absent of starts by an earlier cutover. */
  readonly zoneData?: string;
}

/** One entity as a start of the run has mapped it. */
export interface EntityOrigin {
  readonly entity: string;
  /** The legacy table, view or query. */
  readonly source: string;
  readonly target: string;
  /** Oracle condition, that of the command line included; null: every row. */
  readonly where: string | null;
  readonly leftOut: readonly LeftOutProperty[];
}

/** A start of a run: the first, or one that resumes it. */
export interface RunStart {
  readonly resumed: boolean;
  readonly lanes: number;
  readonly scn: string | null;
  /** Who started it, as `user@host`; null where nobody said. */
  readonly operator: string | null;
  readonly versions: RunVersions;
  readonly entities: readonly EntityOrigin[];
  /** What the pre-flight found. */
  readonly findings: readonly Issue[];
}

/** How a start ended: its outcome without the tallies, which the ledger has. */
export type RunEnd = Omit<RunOutcome, 'runId' | 'scn' | 'entities'> & {
  readonly entities: readonly Pick<EntityOutcome, 'entity' | 'state' | 'code' | 'because'>[];
};

export interface StartRecord extends RunStart {
  /** Number of the start in the ledger; a later one is greater. */
  readonly nth: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Null while it runs, and where it was killed or broke off. */
  readonly end: (RunEnd & { readonly at: string }) | null;
}

/** A repair of rows of the run; without the rows it left alone nothing of it is lost on a reader. */
export interface RepairRecord {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly entities: readonly RepairedEntity[];
}

/** What a repair did to the rows of one entity. */
export interface RepairedEntity {
  readonly entity: string;
  readonly inserted: number;
  readonly replaced: number;
  /** Rows that no legacy row accounted for. */
  readonly deleted: number;
  /** Rows that were there too often. */
  readonly undoubled: number;
  /** Differences that were not touched, since the target is no longer as the list has it there. */
  readonly left: number;
}

/** Rejected rows that were loaded after the load, by one mapping. */
export interface RetryRecord {
  readonly entity: string;
  readonly fingerprint: string;
  readonly rows: number;
  /** The last time; ISO 8601, UTC. */
  readonly at: string;
}

/** A reset of single entities of a run, or of all of it. */
export interface ResetRecord {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Null: all. */
  readonly entities: readonly string[] | null;
}

/** How much had been done to a run beside its load when it was compared: what came later is not in the proof. */
export interface TrailMark {
  readonly repairs: number;
  /** By entity: rejected rows loaded later. */
  readonly retried: Readonly<Record<string, number>>;
  readonly resets: number;
}

/** One comparison of a run, as `validate` or `migrate --validate` came to it. */
export interface Validation {
  readonly level: CompareLevel;
  /** Absent in a ledger of an earlier cutover: what came later is told by the time. */
  readonly seen?: TrailMark;
  /** The rows of the legacy tables as they were counted again; absent in a ledger of an earlier cutover. */
  readonly sources?: readonly SourceAccount[];
  /** The file in which the differences were listed, as from the folder of the command; absent where they were not. */
  readonly listedIn?: string;
  /** What stands against the run as a whole. */
  readonly issues: readonly Issue[];
  readonly verdicts: readonly EntityVerdict[];
}

export interface ValidationRecord extends Validation {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Number of the start that it came after; the run may have been resumed since. Null where no start is noted. */
  readonly start: number | null;
}

/** A committed chunk in time. */
export interface ChunkTime {
  readonly entity: string;
  readonly chunk: number;
  readonly lane: number;
  readonly read: number;
  /** Inserted and updated. */
  readonly loaded: number;
  /** Milliseconds since 1970, by the target's clock: when its transaction began and when it was about to commit. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** A foreign key that the run has set aside, or a relation that the database does not enforce and the run has judged. */
export interface KeyRecord {
  readonly table: string;
  /** Those that fill the table. */
  readonly entities: readonly string[];
  /** Name of the constraint, or `table(columns)` for one that the database does not have. */
  readonly name: string;
  readonly columns: readonly string[];
  readonly parent: string;
  readonly state: 'aside' | 'restored' | 'not-valid';
  readonly enforced: boolean;
  /** Rows that were moved or cleared because of it. */
  readonly orphans: number;
}

/** What the ledger holds of a run beyond its account and its changes. */
export interface RunTrail {
  /** The earliest first; none of a run of an earlier cutover. */
  readonly starts: readonly StartRecord[];
  /** The earliest first. */
  readonly validations: readonly ValidationRecord[];
  /** The earliest first. */
  readonly repairs: readonly RepairRecord[];
  readonly retries: readonly RetryRecord[];
  /** The earliest first; a ledger of an earlier version knows none. */
  readonly resets: readonly ResetRecord[];
  /** By time. */
  readonly chunks: readonly ChunkTime[];
  /** The rejects of a run, summed. */
  readonly rejects: readonly RejectCount[];
  readonly foreignKeys: readonly KeyRecord[];
  /** Foreign keys, triggers and indexes that are still set aside. */
  readonly aside: number;
  /** LEDGER_OUTDATED for each figure that the ledger lacks because of its version; none where absent. */
  readonly outdated?: readonly Issue[];
  /** Null: the ledger has no seals. Absent: it was not asked for. */
  readonly seal?: RunSeal | null;
}
