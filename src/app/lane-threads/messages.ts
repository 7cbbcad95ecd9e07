import type { EventName, RunEvents } from '../../core/run/events';
import type { LanePlace, LoadPlan } from '../../core/ports/target';
import type { NumberedChunk } from '../../migrate/load/prepare-chunks';
import type { LobFacts, ReadPlan } from '../../core/ports/legacy-source';
import type { OracleSettings } from '../../oracle/session/driver';
import type { TargetSettings } from '../project/databases';
import type { JobSelection } from '../project/entity-jobs';
import type { PostedError } from './posted-error';

/** All that a lane's thread starts from, passwords included: posted to the thread, never written to its arguments or environment. */
export interface LaneOrder {
  readonly number: number;
  /** The thread loads the project itself: its functions cannot be posted. */
  readonly configPath: string;
  readonly source: OracleSettings;
  readonly target: TargetSettings;
  readonly place: LanePlace;
  readonly selection: JobSelection;
  readonly runId: string;
  readonly scn: string | null;
  readonly reconnectMs: number;
  readonly aborted: boolean;
}

/** What the run settled for an entity after its mapping was read. */
export interface PostedJob {
  readonly entity: string;
  /** Of the mapping as the main thread knows it: the thread's own must be the same. */
  readonly fingerprint: string;
  readonly read: ReadPlan;
  readonly load: LoadPlan;
  /** So that not every lane goes over the table for them; null: they could not be measured, and the lane tries itself. */
  readonly lobs: LobFacts | null;
}

export type ToLane =
  | { readonly kind: 'load'; readonly job: PostedJob }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: Answer }
  | { readonly kind: 'abort' }
  | { readonly kind: 'close' };

/** What a lane asks and waits for. */
export type Question = 'take' | 'halted' | 'assure-claim';

export type Answer =
  | { readonly kind: 'value'; readonly value: NumberedChunk | boolean | null }
  | { readonly kind: 'failure'; readonly error: PostedError };

export type FromLane =
  | { readonly kind: 'ask'; readonly id: number; readonly question: Question }
  | { readonly kind: 'loaded'; readonly chunk: number; readonly rejected: number }
  | { readonly kind: 'failed'; readonly error: PostedError }
  | { readonly kind: 'done'; readonly error: PostedError | null }
  | { readonly kind: 'event'; readonly name: EventName; readonly facts: RunEvents[EventName] };
