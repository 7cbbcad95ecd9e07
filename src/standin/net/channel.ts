import type { Socket } from 'node:net';
import { OraError } from '../contract/ora-error';
import { parseConnect, wantedBy, type Wanted } from './connect-packet';
import { PacketParser, type Packet } from './packet-parser';
import {
  acceptPacket,
  DATA_FLAG,
  DATA_HEADER_BYTES,
  dataPackets,
  LARGE_PACKETS_VERSION,
  MARKER,
  markerPacket,
} from './packets';
import { PACKET, refusePacket } from './packets';

const MIN_SDU = 512;
const MAX_SDU = 65535;

/** What happens on a connection, told to the session in the order it happens. */
export interface ChannelEvents {
  /** Error of the listener with which to refuse what is wanted, or undefined to accept it. */
  readonly refusal: (wanted: Wanted) => number | undefined;
  readonly onRequest: (payload: Buffer) => void;
  /** A request that does not mark its end: the driver is older than 7.0. */
  readonly onOldDriver: () => void;
  readonly onInterrupt: () => void;
  readonly onReset: () => void;
  readonly onClose: () => void;
}

/** One client connection: packets in, requests out. Knows nothing of what a request means. */
export class Channel {
  readonly #parser = new PacketParser();
  #accepted = false;
  #sdu = MAX_SDU;
  #parts: Buffer[] = [];
  #marksEnds = false;

  constructor(
    private readonly socket: Socket,
    private readonly events: ChannelEvents,
    private readonly version: number,
  ) {
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      this.#receive(chunk);
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      events.onClose();
    });
  }

  /** Sends the parts as one response. */
  send(parts: readonly Uint8Array[]): void {
    if (this.socket.writable) this.socket.write(dataPackets(parts, this.#sdu));
  }

  sendMarker(kind: number): void {
    if (this.socket.writable) this.socket.write(markerPacket(kind));
  }

  /** Ends the connection as a crash of the server would. */
  destroy(): void {
    this.socket.destroy();
  }

  end(): void {
    this.socket.end();
  }

  #receive(chunk: Buffer): void {
    try {
      for (const packet of this.#parser.push(chunk)) this.#take(packet);
    } catch (error) {
      if (!(error instanceof OraError)) throw error;
      this.destroy();
    }
  }

  #take(packet: Packet): void {
    if (packet.type === PACKET.connect) this.#connect(packet.bytes);
    else if (packet.type === PACKET.marker) this.#marker(packet.bytes);
    else if (packet.type !== PACKET.data) this.destroy();
    else if (this.#accepted) this.#data(packet.bytes);
    else this.#answerConnect(packet.bytes.toString('latin1', DATA_HEADER_BYTES));
  }

  #connect(bytes: Buffer): void {
    const request = parseConnect(bytes);
    this.#sdu = Math.min(MAX_SDU, Math.max(MIN_SDU, request.sdu));
    if (request.connectData !== undefined) this.#answerConnect(request.connectData);
  }

  #answerConnect(connectData: string): void {
    const refusal = this.events.refusal(wantedBy(connectData));
    if (refusal !== undefined) {
      this.socket.end(refusePacket(refusal));
      return;
    }
    this.#accepted = true;
    this.#parser.largeLengths = this.version >= LARGE_PACKETS_VERSION;
    this.socket.write(acceptPacket(this.version, this.#sdu));
  }

  #marker(bytes: Buffer): void {
    const kind = bytes.length > 10 ? bytes.readUInt8(10) : 0;
    this.#parts = [];
    if (kind === MARKER.reset) this.events.onReset();
    else this.events.onInterrupt();
  }

  #data(bytes: Buffer): void {
    const flags = bytes.length >= DATA_HEADER_BYTES ? bytes.readUInt16BE(8) : 0;
    if ((flags & DATA_FLAG.endOfFile) !== 0) {
      this.end();
      return;
    }
    this.#parts.push(bytes.subarray(DATA_HEADER_BYTES));
    if ((flags & DATA_FLAG.endOfRequest) !== 0) this.#complete();
    else if (!this.#marksEnds && this.#parts.length === 1) this.#suspect(bytes);
  }

  #complete(): void {
    const [only, ...others] = this.#parts;
    const payload = only && others.length === 0 ? only : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#marksEnds = true;
    this.events.onRequest(payload);
  }

  /** The first request of a session fits into one packet; one that does not say so comes from an older driver. */
  #suspect(bytes: Buffer): void {
    if (bytes.length < this.#sdu) this.events.onOldDriver();
  }
}
