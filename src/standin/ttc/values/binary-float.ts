import type { BufferWriter } from '../format/buffer-writer';
import type { Slice } from './slice';

/** IEEE big-endian bytes (4 or 8) → length byte and Oracle's order-preserving form. */
export function encodeBinaryFloat(slice: Slice, out: BufferWriter): void {
  const { bytes } = out;
  const negative = ((slice.bytes[slice.at] ?? 0) & 0x80) !== 0;
  bytes[out.length++] = slice.length;
  for (let i = 0; i < slice.length; i++) {
    const byte = slice.bytes[slice.at + i] ?? 0;
    bytes[out.length++] = negative ? ~byte : i === 0 ? byte | 0x80 : byte;
  }
}

/** Decimal text → the same, as a float of 4 or a double of 8 bytes. */
export function encodeFloatText(size: 4 | 8): (slice: Slice, out: BufferWriter) => void {
  const bytes = Buffer.alloc(size);
  return (slice, out) => {
    const value = Number(slice.bytes.toString('latin1', slice.at, slice.at + slice.length));
    if (size === 4) bytes.writeFloatBE(value);
    else bytes.writeDoubleBE(value);
    encodeBinaryFloat({ bytes, at: 0, length: size }, out);
  };
}

/** Oracle's form (4 or 8 bytes, without length) → number. */
export function decodeBinaryFloat(source: Buffer): number {
  const bytes = Buffer.from(source);
  const positive = ((bytes[0] ?? 0) & 0x80) !== 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    bytes[i] = positive ? (i === 0 ? byte & 0x7f : byte) : ~byte;
  }
  return bytes.length === 4 ? bytes.readFloatBE(0) : bytes.readDoubleBE(0);
}
