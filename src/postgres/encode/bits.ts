import type { ByteWriter } from './byte-writer';
import type { CellEncoder, EncodedColumn } from './encoder';
import { bitsExpected, moreBits, NOT_BITS } from './faults';

const BITS = /^[01]*$/;

/** `bit(n)`, from a text of n zeros and ones: nothing is padded or cut. */
export function bitEncoder({ maxLength }: EncodedColumn): CellEncoder {
  const wrongLength = bitsExpected(maxLength ?? 0);
  return (value, out) => {
    if (typeof value !== 'string' || !BITS.test(value)) return NOT_BITS;
    if (maxLength !== null && value.length !== maxLength) return wrongLength;
    return writeBits(value, out);
  };
}

/** `bit varying(n)`. */
export function varbitEncoder({ maxLength }: EncodedColumn): CellEncoder {
  const tooLong = moreBits(maxLength ?? 0);
  return (value, out) => {
    if (typeof value !== 'string' || !BITS.test(value)) return NOT_BITS;
    if (maxLength !== null && value.length > maxLength) return tooLong;
    return writeBits(value, out);
  };
}

/** How many, then the bits from the first one's byte on. */
function writeBits(bits: string, out: ByteWriter): null {
  const bytes = Math.ceil(bits.length / 8);
  out.int32(4 + bytes);
  out.int32(bits.length);
  out.reserve(bytes);
  for (let at = 0; at < bits.length; at += 8) {
    out.buffer[out.position++] = parseInt(bits.slice(at, at + 8).padEnd(8, '0'), 2);
  }
  return null;
}
