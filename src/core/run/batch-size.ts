import type { RunRecord } from './run-record';

/** Rows per chunk. */
export const DEFAULT_BATCH_SIZE = 20_000;

/** The batch size of a run for which no other is given: a resumed one has that of its first start. */
export function keptBatchSize(resumed: Pick<RunRecord, 'settings'> | null): number {
  return resumed?.settings.batchSize ?? DEFAULT_BATCH_SIZE;
}
