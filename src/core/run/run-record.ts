import type { EntityTally } from './outcomes';
import type { RunSettings } from './run-settings';

/** `reset`: what it had loaded was removed again; nothing can be resumed. */
export type RunState = 'running' | 'loaded' | 'complete' | 'failed' | 'interrupted' | 'reset';

/** What a run was started with. Compared on resume; a difference is an error that names both values. */
export interface RunSetup {
  readonly scn: string | null;
  readonly source: string;
  readonly target: string;
  /** By entity: the fingerprint of its mapping. */
  readonly fingerprints: Readonly<Record<string, string>>;
  readonly settings: RunSettings;
}

export interface RunRecord extends RunSetup {
  readonly id: string;
  readonly state: RunState;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly finishedAt: string | null;
  /** How many of FINGERPRINT_FIXES the run was begun with; null or absent: not known. */
  readonly fingerprintFixes?: number | null;
}

export interface EntityProgress {
  readonly entity: string;
  readonly plannedChunks: number;
  readonly loadedChunks: number;
  /** The SCN of the counts in `tally`; null without a snapshot, or before they were made. */
  readonly countedAt: string | null;
  /** The SCNs at which its loaded chunks were read, the earliest first; empty without a snapshot. More than one after `--new-snapshot`. */
  readonly snapshots: readonly string[];
  readonly tally: EntityTally;
}
