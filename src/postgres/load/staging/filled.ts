import type { Restated } from './read-back';
import type { LoadFault, RowFates } from '../../../core/run/outcomes';

/** What became of the rows of a chunk: those at fault and those left out by index, and the checksum of those inserted or updated. */
export interface Filled extends Pick<RowFates, 'updated'> {
  readonly faults: ReadonlyMap<number, LoadFault>;
  readonly skipped: ReadonlySet<number>;
  /** Values that the server gives back otherwise than they were sent. */
  readonly restated: readonly Restated[];
  readonly checksum: string;
}
