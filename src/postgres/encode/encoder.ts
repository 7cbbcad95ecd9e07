import type { TargetValue } from '../../core/mapping/wire';
import type { ByteWriter } from './byte-writer';
import type { CellFault } from './faults';

export type CellValue = Exclude<TargetValue, null>;

/** Writes one value, with its length before it, as COPY's binary format has it; or says why it cannot be stored. */
export type CellEncoder = (value: CellValue, out: ByteWriter) => CellFault | null;

/** What an encoder has to know of the column that it writes. */
export interface EncodedColumn {
  readonly maxLength: number | null;
  readonly precision: number | null;
  readonly scale: number | null;
  /** Labels of an enumeration, else null. */
  readonly labels: readonly string[] | null;
  /** The fields that an `interval` keeps, as bits of its modifier; null or absent for all of them. */
  readonly fields?: number | null;
}
