import type { EntityComparison } from '../../core/comparison/comparison';
import type {
  ChunkTime,
  EntityOrigin,
  KeyRecord,
  RepairRecord,
  ResetRecord,
  RetryRecord,
  RunTrail,
  StartRecord,
} from '../../core/run/evidence';
import type { Issue } from '../../core/issues';
import type { RunSeal } from '../../core/run/ledger-seal';
import type { EntityState, EntityTally } from '../../core/run/outcomes';
import type { ChangeCount } from '../../core/ports/ledger';
import type { RunRecord } from '../../core/run/run-record';
import type { StoredSettings } from '../../core/run/run-settings';
import type { PartOfProject } from '../../core/run/part-of-project';
import type { ProvenLevel, Qualification } from '../../core/run/proof';
import type { SourceAccount } from '../../core/run/source-accounts';
import type { Account } from '../words/accounts';
import type { RunEvent } from './run-events';
import type { StandingVerdict } from './standing-verdicts';
import type { StretchOfWork } from './timeline';

/** What a person can put a name under. */
export interface RunVerdict {
  /**
   * `proven`: complete, accounted for, and keys or rows of every entity were compared; `partly-proven`: complete and accounted for, nothing
   * differs, but only some entities are proven; `counted`: the same, and none is; `not-validated`: of some entity nothing was compared; `not-proven`: complete, but the account or a
   * comparison speaks against it; `not-complete`: not all is loaded and back in place, or something of the source is left behind without a
   * reason or cannot be accounted for.
   */
  readonly kind: 'proven' | 'partly-proven' | 'counted' | 'not-validated' | 'not-proven' | 'not-complete';
  readonly sentence: string;
  /** Every reason for a verdict other than `proven`. */
  readonly because: readonly string[];
  /** The command that goes on from here; null where there is none. */
  readonly next: string | null;
  /** The command after that; null where there is none. */
  readonly then: string | null;
  /** What is to be done by hand; null where there is nothing. */
  readonly advice: string | null;
  /** What the run leaves of its project; null where it does all entities of it. */
  readonly part: PartOfProject | null;
  /** What was done to the run beside its load: resumed, taken back, repaired, rejected rows loaded later. */
  readonly history: readonly string[];
}

/** The evidence of a run: keys of rows, but none of their other values, and no secrets. What all its renderings are made of. */
export interface RunReport {
  readonly format: 'cutover.report';
  readonly version: 1;
  readonly run: Omit<RunRecord, 'fingerprints' | 'settings'>;
  /** `rehearse`: the run and its ledger are gone when the report is read. */
  readonly mode: 'load' | 'rehearse';
  readonly generated: { readonly at: string; readonly by: string };
  readonly verdict: RunVerdict;
  readonly totals: RowTotals;
  readonly entities: readonly EntityReport[];
  /** What becomes of each row of the legacy tables, counted once, as the latest comparison has counted them, else the load; null where the ledger does not say. */
  readonly sources: readonly SourceAccount[] | null;
  /** Findings against the run as a whole. */
  readonly issues: readonly Issue[];
  readonly rejects: RunTrail['rejects'];
  readonly changes: readonly ChangeCount[];
  readonly foreignKeys: readonly KeyReport[];
  /** Foreign keys, triggers and indexes still set aside. */
  readonly aside: number;
  readonly starts: readonly Omit<StartRecord, 'entities' | 'findings'>[];
  /** The earliest first. */
  readonly repairs: readonly RepairRecord[];
  /** Rejected rows that were loaded later, by entity and mapping. */
  readonly retries: readonly RetryRecord[];
  /** What the pre-flight of the latest start found. */
  readonly preflight: readonly Issue[];
  readonly settings: StoredSettings;
  /** Resets of the run, or of single entities; the earliest first. */
  readonly resets: readonly ResetRecord[];
  /** All that was done to the run, the earliest first. */
  readonly events: readonly RunEvent[];
  /** When chunks were loaded. */
  readonly timeline: readonly StretchOfWork[];
  /** Every committed chunk, by time. */
  readonly chunks: readonly ChunkTime[];
  /** What the ledger lacks because of its version. */
  readonly outdated: readonly Issue[];
  /** What the rows of the run in the ledger come to; null where the ledger has no seals. */
  readonly seal: ReportedSeal | null;
}

/** Of the digests of fewer validations, which are for a comparison with an earlier report, only the last. */
interface ReportedSeal extends Omit<RunSeal, 'digests'> {
  readonly digest: string;
  readonly validations: number | null;
}

export type RowTotals = Omit<EntityTally, 'source' | 'checksum'> & {
  /** Rows of the legacy tables, each once where the ledger says how; null where any entity was not counted. */
  readonly source: number | null;
  readonly changed: number;
};

export interface EntityReport extends EntityTally {
  readonly entity: string;
  /** What the latest start has mapped; null where the ledger does not say. */
  readonly origin: Omit<EntityOrigin, 'entity'> | null;
  readonly fingerprint: string | null;
  readonly state: EntityState;
  readonly because: string | null;
  readonly plannedChunks: number;
  readonly loadedChunks: number;
  readonly snapshots: readonly string[];
  readonly rowsBefore: number;
  /** Values that the migration has changed. */
  readonly changed: number;
  readonly account: Account;
  /** Null where no comparison stands. */
  readonly proof: EntityProof | null;
  /** How it was proven; null where counts alone were compared, something differs, or a qualification forbids it. */
  readonly provenBy: ProvenLevel | null;
  /** Why less is proven than the level of its comparison would say. */
  readonly qualifications: readonly Qualification[];
}

export type EntityProof = Omit<StandingVerdict, 'found'> & {
  /**
   * `proven`: keys or values agree; `counted`: counts do; `findings`: nothing differs, but there is more to read; `differs`; `pending`: its load
   * was not complete, nothing was judged.
   */
  readonly verdict: 'proven' | 'counted' | 'findings' | 'differs' | 'pending';
  /** Null where its SCN is out of reach: SOURCE_NOT_COUNTED. */
  readonly sourceRows: number | null;
  /** Of the table; where `filledBy` names several entities, no figure of this one alone. */
  readonly targetRows: number;
  /** The entities that fill the table; empty where it is this one alone. */
  readonly filledBy: readonly string[];
  /** Rows in the target without a parent, by property. */
  readonly orphans: Readonly<Record<string, number>>;
  readonly comparison: EntityComparison | null;
};

export interface KeyReport extends Omit<KeyRecord, 'entities'> {
  /** Whose orphans are counted; null where the latest start settled none. */
  readonly entity: string | null;
  /** What was done with them; null where the ledger does not say. */
  readonly policy: 'reject' | 'null' | 'keep' | null;
}
