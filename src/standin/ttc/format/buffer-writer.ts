import { CHUNKED_LENGTH, CHUNK_BYTES, MAX_SHORT_LENGTH } from './constants';

/**
 * Growing buffer with the primitives of the protocol. `bytes` and `length` are open to the value encoders: after
 * `reserve(n)` they may store up to n bytes at `length` and move it on, without a check per byte.
 */
export class BufferWriter {
  bytes: Buffer;
  length = 0;

  constructor(capacity = 512) {
    this.bytes = Buffer.allocUnsafe(capacity);
  }

  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }

  /** What was written so far, not copied. */
  written(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  u8(value: number): this {
    this.reserve(1);
    this.bytes[this.length++] = value;
    return this;
  }

  zeros(count: number): this {
    this.reserve(count);
    this.bytes.fill(0, this.length, this.length + count);
    this.length += count;
    return this;
  }

  u16be(value: number): this {
    return this.u8((value >>> 8) & 0xff).u8(value & 0xff);
  }

  u16le(value: number): this {
    return this.u8(value & 0xff).u8((value >>> 8) & 0xff);
  }

  u32be(value: number): this {
    this.reserve(4);
    this.length = this.bytes.writeUInt32BE(value, this.length);
    return this;
  }

  /** Variable-length unsigned integer below 2^53. */
  ub(value: number): this {
    this.reserve(9);
    const size = byteCount(value);
    this.bytes[this.length] = size;
    let rest = value;
    for (let i = size; i > 0; i--) {
      this.bytes[this.length + i] = rest % 256;
      rest = Math.floor(rest / 256);
    }
    this.length += size + 1;
    return this;
  }

  /** As `ub`, but bit 7 of the length byte carries the sign. */
  sb(value: number): this {
    const at = this.length;
    this.ub(Math.abs(value));
    if (value < 0) this.bytes[at] = (this.bytes[at] ?? 0) | 0x80;
    return this;
  }

  raw(source: Uint8Array): this {
    this.reserve(source.length);
    this.bytes.set(source, this.length);
    this.length += source.length;
    return this;
  }

  /** Bytes with length, in chunks where one length byte is too small. Empty is NULL. */
  clr(source: Uint8Array): this {
    if (source.length <= MAX_SHORT_LENGTH) return this.u8(source.length).raw(source);
    this.u8(CHUNKED_LENGTH);
    for (let at = 0; at < source.length; at += CHUNK_BYTES) {
      const chunk = source.subarray(at, at + CHUNK_BYTES);
      this.ub(chunk.length).raw(chunk);
    }
    return this.u8(0);
  }

  text(value: string): this {
    return this.clr(Buffer.from(value, 'utf8'));
  }

  /** Text whose length is sent twice. */
  longText(value: string): this {
    const encoded = Buffer.from(value, 'utf8');
    this.ub(encoded.length);
    return encoded.length > 0 ? this.clr(encoded) : this;
  }

  /** `kv`: key, value and flags, as the authentication messages carry them. */
  pair(key: string, value: string, flags = 0): this {
    return this.longText(key).longText(value).ub(flags);
  }
}

function byteCount(value: number): number {
  let count = 0;
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) count++;
  return count;
}
