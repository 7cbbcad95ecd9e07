const CONNECT_BYTES = 74;

/** What a client asks for in its CONNECT packet. */
export interface ConnectRequest {
  readonly version: number;
  readonly sdu: number;
  /** `(DESCRIPTION=…)`; undefined when it is too long for the packet and follows in one of type DATA. */
  readonly connectData: string | undefined;
}

export function parseConnect(bytes: Buffer): ConnectRequest {
  const short = bytes.length < CONNECT_BYTES;
  const dataLength = short ? 0 : bytes.readUInt16BE(24);
  const offset = short ? 0 : bytes.readUInt16BE(26);
  const inline = dataLength > 0 && bytes.length >= offset + dataLength;
  return {
    version: bytes.length >= 10 ? bytes.readUInt16BE(8) : 0,
    sdu: short ? 0 : Math.max(bytes.readUInt16BE(14), bytes.readUInt32BE(58)),
    connectData: inline ? bytes.toString('latin1', offset, offset + dataLength) : undefined,
  };
}

/** What a client wants to be connected to: a service, or an instance by its SID; both null where it names neither. */
export interface Wanted {
  readonly service: string | null;
  readonly sid: string | null;
}

/** The names in connect data, upper case. */
export function wantedBy(connectData: string): Wanted {
  const valueOf = (name: string): string | null =>
    new RegExp(`\\(\\s*${name}\\s*=\\s*([^()]*?)\\s*\\)`, 'i').exec(connectData)?.[1]?.toUpperCase() ?? null;
  return { service: valueOf('SERVICE_NAME'), sid: valueOf('SID') };
}
