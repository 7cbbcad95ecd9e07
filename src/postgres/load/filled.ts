import type { LoadFault, RowFates } from '../../core/outcomes';

/** What became of the rows of a chunk: those at fault by index, and the checksum of those inserted or updated. */
export interface Filled extends Pick<RowFates, 'updated' | 'skipped'> {
  readonly faults: ReadonlyMap<number, LoadFault>;
  readonly checksum: string;
}
