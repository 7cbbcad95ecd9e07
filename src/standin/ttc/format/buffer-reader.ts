import { OraError } from '../../contract/ora-error';
import { CHUNKED_LENGTH, MAX_SHORT_LENGTH } from './constants';

/** ORA-03106: the bytes are not what the protocol allows at this place. */
export function malformedMessage(what: string): OraError {
  return new OraError(3106, `fatal two-task communication protocol error: ${what}`);
}

/** Takes the primitives of the protocol one after the other from one complete request. Throws ORA-03106 at its end. */
export class BufferReader {
  #at = 0;

  constructor(private readonly source: Buffer) {}

  get remaining(): number {
    return this.source.length - this.#at;
  }

  /** The next `count` bytes, not copied. */
  bytes(count: number): Buffer {
    if (count > this.remaining) throw malformedMessage(`${count} bytes expected, ${this.remaining} left`);
    const start = this.#at;
    this.#at += count;
    return this.source.subarray(start, this.#at);
  }

  skip(count: number): void {
    this.bytes(count);
  }

  u8(): number {
    return this.bytes(1).readUInt8(0);
  }

  peekU8(): number | undefined {
    return this.source[this.#at];
  }

  u16be(): number {
    return this.bytes(2).readUInt16BE(0);
  }

  u16le(): number {
    return this.bytes(2).readUInt16LE(0);
  }

  /** Variable-length unsigned integer of up to 8 bytes; exact below 2^53. */
  ub(): number {
    const size = this.u8();
    if (size > 8) throw malformedMessage(`integer of ${size} bytes`);
    let value = 0;
    for (const byte of this.bytes(size)) value = value * 256 + byte;
    return value;
  }

  skipUb(count: number): void {
    for (let i = 0; i < count; i++) this.ub();
  }

  /** Bytes with length, put together if they came in chunks; null for a NULL. */
  clr(): Buffer | null {
    const size = this.u8();
    if (size === 0 || size === 255) return null;
    if (size === CHUNKED_LENGTH) return this.#chunks();
    if (size > MAX_SHORT_LENGTH) throw malformedMessage(`length byte ${size}`);
    return this.bytes(size);
  }

  #chunks(): Buffer {
    const chunks: Buffer[] = [];
    for (let size = this.ub(); size > 0; size = this.ub()) chunks.push(this.bytes(size));
    return Buffer.concat(chunks);
  }

  text(): string {
    return this.clr()?.toString('utf8') ?? '';
  }

  /** Text whose length is sent twice. */
  longText(): string {
    return this.ub() > 0 ? this.text() : '';
  }

  rest(): Buffer {
    return this.bytes(this.remaining);
  }
}
