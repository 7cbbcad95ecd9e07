/** Which entities of a run are taken back: all of them, which ends the run, or some, which a resume loads again. */
export type ResetScope = 'all' | readonly string[];

/** The named moments of a reset, in order; what a kill test aims at. All before `committed` are one transaction. */
export type ResetStep =
  'locked' | 'checked' | 'cleared-way' | 'removed' | 'restored' | 'recorded' | 'committed' | 'done';

/** What is left of a run in the table of one entity. */
interface ResetEntity {
  readonly entity: string;
  readonly table: string;
  /** Rows that the run has inserted and nobody has touched since: they are removed. */
  readonly removed: number;
  /** Rows that it has overwritten and nobody has touched since: they get back what they were. */
  readonly putBack: number;
  /** Rows of the run that were changed or deleted since: nothing tells them any more, and those still there are left. */
  readonly left: number;
}

export interface ResetPlan {
  readonly entities: readonly ResetEntity[];
  /** Entities whose table is no longer there. */
  readonly gone: readonly string[];
  /** Foreign keys, triggers and indexes that the run still holds aside and that come back. */
  readonly aside: number;
}

/** What became of a sequence that the run had moved; `left`: others have drawn numbers since. */
export interface SequenceReset {
  readonly sequence: string;
  readonly state: 'set-back' | 'left' | 'no-right';
}

export interface ResetOutcome extends ResetPlan {
  /** Foreign keys that rows of others break, so that they stay NOT VALID, by name. */
  readonly notValid: readonly string[];
  /** Without those that stand where they stood before the run. */
  readonly sequences: readonly SequenceReset[];
}
