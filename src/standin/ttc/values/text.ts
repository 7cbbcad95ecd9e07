import type { BufferWriter } from '../format/buffer-writer';
import { CHUNKED_LENGTH, CHUNK_BYTES, MAX_SHORT_LENGTH } from '../format/constants';
import { sliceOf, type Slice } from './slice';

/** First byte of all characters of plane 16, where bytes that PostgreSQL cannot store are kept. */
const PLANE_16 = 0xf4;
const REPLACEMENT = [0xef, 0xbf, 0xbd] as const;
/** Bytes a chunk adds to its content, and a chunked value to its chunks. */
const CHUNK_OVERHEAD = 10;

/** PostgreSQL stores no NUL: it is kept as U+10FF00, as every byte illegal in the declared charset is as U+10FF00+byte. */
export function storableText(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\u{10FF00}') : text;
}

/** Bytes of a value → length and bytes, in chunks above 252. Empty becomes NULL. */
export function encodeBytes(slice: Slice, out: BufferWriter): void {
  const { bytes, length } = slice;
  if (length <= MAX_SHORT_LENGTH) {
    out.bytes[out.length++] = length;
    out.length += bytes.copy(out.bytes, out.length, slice.at, slice.at + length);
    return;
  }
  out.reserve(length + CHUNK_OVERHEAD * (2 + length / CHUNK_BYTES));
  out.bytes[out.length++] = CHUNKED_LENGTH;
  for (let done = 0; done < length; done += CHUNK_BYTES) {
    const size = Math.min(CHUNK_BYTES, length - done);
    out.ub(size);
    out.length += bytes.copy(out.bytes, out.length, slice.at + done, slice.at + done + size);
  }
  out.bytes[out.length++] = 0;
}

/** As `encodeBytes`, with the characters that stand for unstorable bytes turned back into what Oracle would send. */
export function encodeText(slice: Slice, out: BufferWriter): void {
  if (holdsPlane16(slice)) encodeBytes(sliceOf(unmapped(slice)), out);
  else encodeBytes(slice, out);
}

/** Text of the national character set: UTF-16, big endian. */
export function encodeNationalText(slice: Slice, out: BufferWriter): void {
  const text = unmapped(slice).toString('utf8');
  encodeBytes(sliceOf(Buffer.from(text, 'utf16le').swap16()), out);
}

function holdsPlane16(slice: Slice): boolean {
  const end = slice.at + slice.length;
  for (let at = slice.at; at < end; at++) if (slice.bytes[at] === PLANE_16) return true;
  return false;
}

/** U+10FF00+byte as UTF-8 is F4 8F, then BC..BF with the two upper bits of the byte, then 80..BF with the lower six. */
function mappedByte(bytes: Buffer, at: number): number | undefined {
  const third = bytes[at + 2] ?? 0;
  if (bytes[at] !== PLANE_16 || bytes[at + 1] !== 0x8f || third < 0xbc) return undefined;
  return ((third & 0x03) << 6) | ((bytes[at + 3] ?? 0) & 0x3f);
}

/** Stored text as Oracle's conversion to AL32UTF8 gives it: a kept ASCII byte as such, any other as U+FFFD. May share the memory of the slice. */
export function unmapped(slice: Slice): Buffer {
  const end = slice.at + slice.length;
  const given = slice.bytes.subarray(slice.at, end);
  if (!given.includes(PLANE_16)) return given;
  const result = Buffer.allocUnsafe(slice.length);
  let length = 0;
  for (let at = slice.at; at < end; at++) {
    const byte = mappedByte(slice.bytes, at);
    if (byte === undefined) {
      result[length++] = slice.bytes[at] ?? 0;
      continue;
    }
    if (byte < 0x80) result[length++] = byte;
    else for (const replacement of REPLACEMENT) result[length++] = replacement;
    at += 3;
  }
  return result.subarray(0, length);
}
