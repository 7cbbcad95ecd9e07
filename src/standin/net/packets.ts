/** TNS packets that the stand-in sends, and the types of those it gets. */

export const PACKET = { connect: 1, accept: 2, refuse: 4, data: 6, marker: 12 } as const;

export const MARKER = { break: 1, reset: 2, interrupt: 3 } as const;

export const DATA_FLAG = { endOfFile: 0x0040, endOfRequest: 0x0800 } as const;

/** A packet's own bytes: header and data flags in front of the payload. */
export const DATA_HEADER_BYTES = 10;
const HEADER_BYTES = 8;

/** Since this protocol version packet lengths have four bytes; older servers are refused by the Thin driver (NJS-138). */
export const LARGE_PACKETS_VERSION = 315;

const TDU = 2 ** 21;
const MAX_SHORT = 0xffff;
/** Tells the client not to negotiate native network services (encryption, checksums). */
const NO_NATIVE_SERVICES = 0x04;

function packet(type: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.writeUInt16BE(size, 0);
  bytes.writeUInt8(type, 4);
  return bytes;
}

/** ACCEPT of 45 bytes, or of the old 32 for a version below 315. */
export function acceptPacket(version: number, sdu: number): Buffer {
  const large = version >= LARGE_PACKETS_VERSION;
  const size = large ? 45 : 32;
  const bytes = packet(PACKET.accept, size);
  bytes.writeUInt16BE(version, 8);
  bytes.writeUInt16BE(1, 10);
  bytes.writeUInt16BE(Math.min(sdu, MAX_SHORT), 12);
  bytes.writeUInt16BE(MAX_SHORT, 14);
  bytes.writeUInt16BE(1, 16);
  bytes.writeUInt16BE(size, 20);
  bytes.writeUInt8(NO_NATIVE_SERVICES, 22);
  bytes.writeUInt8(NO_NATIVE_SERVICES, 23);
  if (large) {
    bytes.writeUInt32BE(sdu, 32);
    bytes.writeUInt32BE(TDU, 36);
  }
  return bytes;
}

/** REFUSE with a listener's error: 12514 unknown service, 12516 no handler available. */
export function refusePacket(error: number): Buffer {
  const text = Buffer.from(
    `(DESCRIPTION=(ERR=${error})(VSNNUM=318963712)(ERROR_STACK=(ERROR=(CODE=${error})(EMFI=4))))`,
  );
  const bytes = packet(PACKET.refuse, 12 + text.length);
  bytes.writeUInt8(1, 8);
  bytes.writeUInt16BE(text.length, 10);
  text.copy(bytes, 12);
  return bytes;
}

export function markerPacket(kind: number): Buffer {
  const bytes = Buffer.alloc(11);
  bytes.writeUInt32BE(11, 0);
  bytes.writeUInt8(PACKET.marker, 4);
  bytes.set([1, 0, kind], HEADER_BYTES);
  return bytes;
}

/** The payload, in order, cut into DATA packets of at most `sdu` bytes; one buffer, ready to be sent. */
export function dataPackets(parts: readonly Uint8Array[], sdu: number): Buffer {
  const room = sdu - DATA_HEADER_BYTES;
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  const count = Math.max(1, Math.ceil(total / room));
  const bytes = Buffer.allocUnsafe(total + count * DATA_HEADER_BYTES);
  let at = 0;
  let free = 0;
  let left = total;
  const open = (): void => {
    free = Math.min(room, left);
    bytes.fill(0, at, at + DATA_HEADER_BYTES);
    bytes.writeUInt32BE(free + DATA_HEADER_BYTES, at);
    bytes.writeUInt8(PACKET.data, at + 4);
    at += DATA_HEADER_BYTES;
    left -= free;
  };
  if (total === 0) open();
  for (const part of parts) {
    for (let done = 0; done < part.length;) {
      if (free === 0) open();
      const size = Math.min(free, part.length - done);
      bytes.set(part.subarray(done, done + size), at);
      at += size;
      done += size;
      free -= size;
    }
  }
  return bytes;
}
