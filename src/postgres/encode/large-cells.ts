import type { LargeValue } from '../../core/rows/large-value';
import { targetType } from '../../core/canonical/target-types';
import { VALUE_LIMITS } from '../../core/rows/value-limits';
import type { ByteWriter } from './byte-writer';
import type { EncodedColumn } from './encoder';
import { longerThan, NOT_BYTES, NOT_TEXT, NUL_CHARACTER, SURROGATE, TOO_LARGE, type CellFault } from './faults';

/** Checks a value that lies in a file, whose bytes are those that COPY's binary format has of it. */
export type LargeCheck = (large: LargeValue) => CellFault | null;

/** Null for a type that has to be given a value as a whole. */
export function largeCheckFor(type: string, { maxLength, labels }: EncodedColumn): LargeCheck | null {
  if (labels !== null) return null;
  const copied = targetType(type)?.copied;
  if (copied === 'bytes') return ({ facts }) => (facts.kind === 'bytes' ? null : NOT_BYTES);
  if (copied !== 'text') return null;
  const tooLong = longerThan(maxLength ?? 0);
  return ({ facts }) => {
    if (facts.kind !== 'text') return NOT_TEXT;
    if (facts.fault !== null) return facts.fault === 'nul' ? NUL_CHARACTER : SURROGATE;
    return maxLength !== null && facts.characters > maxLength ? tooLong : null;
  };
}

/** Whether a row that has so many bytes can take so many more. */
export function roomFault(out: ByteWriter, bytes: number): CellFault | null {
  return out.rowBytes + bytes > VALUE_LIMITS.stored ? TOO_LARGE : null;
}
