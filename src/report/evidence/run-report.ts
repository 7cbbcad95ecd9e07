import type { EntityComparison } from '../../core/comparison';
import type { ChunkTime, EntityOrigin, KeyRecord, RunTrail, StartRecord } from '../../core/evidence';
import type { Issue } from '../../core/issues';
import type { EntityState, EntityTally } from '../../core/outcomes';
import type { ChangeCount, RunRecord } from '../../core/ports/ledger';
import type { Account } from '../accounts';
import type { StandingVerdict } from './standing-verdicts';
import type { StretchOfWork } from './timeline';

/** What a person can put a name under. */
export interface RunVerdict {
  /**
   * `proven`: complete, accounted for and validated; `not-validated`: complete and accounted for, without a proof of every entity;
   * `not-proven`: complete, but the account or a proof speaks against it; `not-complete`: not all is loaded and back in place.
   */
  readonly kind: 'proven' | 'not-validated' | 'not-proven' | 'not-complete';
  readonly sentence: string;
  /** Every reason for a verdict other than `proven`. */
  readonly because: readonly string[];
  /** The command that goes on from here; null where there is none. */
  readonly next: string | null;
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
  /** Findings against the run as a whole. */
  readonly issues: readonly Issue[];
  readonly rejects: RunTrail['rejects'];
  readonly changes: readonly ChangeCount[];
  readonly foreignKeys: readonly KeyReport[];
  /** Foreign keys, triggers and indexes still set aside. */
  readonly aside: number;
  readonly starts: readonly Omit<StartRecord, 'entities' | 'findings'>[];
  /** What the pre-flight of the latest start found. */
  readonly preflight: readonly Issue[];
  readonly settings: RunRecord['settings'];
  readonly timeline: readonly StretchOfWork[];
  /** Every committed chunk, by time. */
  readonly chunks: readonly ChunkTime[];
}

export type RowTotals = Omit<EntityTally, 'source' | 'checksum'> & {
  /** Null where any entity was not counted. */
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
  /** Null where no proof stands. */
  readonly proof: EntityProof | null;
}

export type EntityProof = Omit<StandingVerdict, 'found'> & {
  readonly sourceRows: number;
  readonly targetRows: number;
  /** Rows in the target without a parent, by property. */
  readonly orphans: Readonly<Record<string, number>>;
  readonly comparison: EntityComparison | null;
};

export interface KeyReport extends KeyRecord {
  /** What was done with its orphans; null where the ledger does not say. */
  readonly policy: 'reject' | 'null' | 'keep' | null;
}
