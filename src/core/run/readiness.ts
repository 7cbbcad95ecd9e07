import type { Issue } from '../issues';
import type { ChangeTally, OrphanVerdict, RejectStage } from './outcomes';

/** A row as findings name it: never by a value other than its key. */
export interface RowSample {
  /** The key columns' exact values, as a JSON array of texts. */
  readonly key: string;
  readonly rowid: string | null;
}

/** Rows that would be turned away in one way, each counted once, for its first fault. */
export interface RejectCount {
  readonly entity: string;
  readonly stage: RejectStage;
  readonly property: string | null;
  readonly reason: string;
  /** SQLSTATE where the target refuses the row. */
  readonly sqlState: string | null;
  readonly count: number;
  /** The first few. */
  readonly samples: readonly RowSample[];
}

/** What a load of one entity would come to. */
export interface EntityReadiness {
  readonly entity: string;
  /** `failed`: it could not be read to its end, or not at all; what is counted is what was read. */
  readonly state: 'scanned' | 'failed';
  /** At which it was read; null: as it was. */
  readonly scn: string | null;
  /** Rows of the source that meet the mapping's condition; null where they were not counted. */
  readonly matching: number | null;
  /** Rows that do not meet it. */
  readonly filtered: number;
  readonly scanned: number;
  /** Rows whose key the target has, which a load under the policy asked for would leave out, or overwrite. */
  readonly skipped: number;
  readonly updated: number;
  readonly rejected: number;
  readonly rejects: readonly RejectCount[];
  readonly changes: readonly ChangeTally[];
  readonly seconds: number;
}

/** A scan of the data: what a migration at this moment would load and reject. */
export interface Readiness {
  /** Null: read without a snapshot. */
  readonly scn: string | null;
  /** Rows per table that were asked for; null for all. Nothing is extrapolated from a sample. */
  readonly sample: number | null;
  readonly entities: readonly EntityReadiness[];
  /** Relations whose orphans were judged; none in a sample. */
  readonly orphans: readonly OrphanVerdict[];
  /** Rejected rows against the most that were allowed (--max-rejects) of the scanned ones. */
  readonly rejects: { readonly rejected: number; readonly allowed: number };
  readonly issues: readonly Issue[];
  readonly seconds: number;
}

/** The share of the scanned rows that would load, from 0 to 1; null where none was scanned. */
export function readyShare({ scanned, rejected }: EntityReadiness): number | null {
  return scanned === 0 ? null : (scanned - rejected) / scanned;
}
