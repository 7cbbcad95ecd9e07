import { OraError } from '../contract/ora-error';

/** One packet, whole: its type, and its bytes with the header. */
export interface Packet {
  readonly type: number;
  readonly bytes: Buffer;
}

const HEADER_BYTES = 8;
const MAX_PACKET_BYTES = 2 ** 21;

/** Cuts a stream of bytes into packets, however it was split on its way. */
export class PacketParser {
  /** Set once an ACCEPT was sent: lengths then have four bytes instead of two. */
  largeLengths = false;
  #rest: Buffer = Buffer.alloc(0);

  /** Packets completed by `chunk`, one at a time, so that the length form may change in between. Throws ORA-12592. */
  *push(chunk: Buffer): Generator<Packet> {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (this.#rest.length >= HEADER_BYTES) {
      const length = this.largeLengths ? this.#rest.readUInt32BE(0) : this.#rest.readUInt16BE(0);
      if (length < HEADER_BYTES || length > MAX_PACKET_BYTES)
        throw new OraError(12592, `TNS:bad packet (length ${length})`);
      if (this.#rest.length < length) return;
      const bytes = this.#rest.subarray(0, length);
      this.#rest = this.#rest.subarray(length);
      yield { type: bytes.readUInt8(4), bytes };
    }
  }
}
