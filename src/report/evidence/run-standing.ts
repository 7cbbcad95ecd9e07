import type { RunEnd } from '../../core/run/evidence';
import type { Issue } from '../../core/issues';
import type { PartOfProject } from '../../core/run/part-of-project';
import type { EntityProgress, RunRecord } from '../../core/run/run-record';
import type { SourceAccount } from '../../core/run/source-accounts';
import type { EntityReport } from './run-report';

/** What a verdict is made of. */
export interface Standing {
  readonly run: RunRecord;
  readonly mode: 'load' | 'rehearse';
  readonly entities: readonly EntityReport[];
  readonly issues: readonly Issue[];
  readonly aside: number;
  /** How the latest start ended; null where it did not, or is not noted. */
  readonly end: RunEnd | null;
  readonly progress: readonly EntityProgress[];
  /** The rows of the legacy tables, each counted once; null where the ledger does not say. */
  readonly sources: readonly SourceAccount[] | null;
  /** Null where the run does all entities of its project. */
  readonly part: PartOfProject | null;
  /** What was done beside the load. */
  readonly history: readonly string[];
}
