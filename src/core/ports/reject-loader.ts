import type { PreparedChunk, Reject, RowFates } from '../run/outcomes';

/** A reject as the ledger numbers it within its chunk; a negative chunk holds those found after the load. */
export interface NotedReject extends Reject {
  readonly chunk: number;
  readonly ordinal: number;
}

/** Rejected rows that are tried again; all of one chunk. */
export interface RejectBatch {
  /** What the mapping makes of them now; its number is that of the chunk they were rejected in. */
  readonly prepared: PreparedChunk;
  /** By row of `prepared`: the reject that it was. */
  readonly rejects: readonly NotedReject[];
  /** Those that the mapping has turned away again, and why. */
  readonly again: readonly { readonly of: NotedReject; readonly now: Reject }[];
  /** Whether rejects that stay get the reason that holds now; else they keep theirs. */
  readonly reword: boolean;
}

/** What became of a batch; `rejected` ones stay rejects, `orphaned` of them for want of a parent. */
export interface RejectBatchEnd extends RowFates {
  readonly rejected: number;
  readonly orphaned: number;
}

/** Loads rejected rows of one entity, each once: what is loaded is no reject any more, in the same transaction. */
export interface RejectLoader {
  load(batch: RejectBatch): Promise<RejectBatchEnd>;
  close(): Promise<void>;
}

export interface RejectLoaderContext {
  readonly runId: string;
  /** Of the mapping that makes the rows. */
  readonly fingerprint: string;
}
