import type { LoadFault } from '../../core/outcomes';

/** What became of the rows of a chunk: those at fault by index, and the checksum of the others. */
export interface Filled {
  readonly faults: ReadonlyMap<number, LoadFault>;
  readonly checksum: string;
}
