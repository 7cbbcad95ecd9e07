import { OraError } from '../contract/ora-error';
import type { BufferReader } from './format/buffer-reader';
import type { BufferWriter } from './format/buffer-writer';
import { CHARSET, MESSAGE } from './format/constants';

const PROTOCOL_VERSION = 6;
const BANNER = 'x86_64/Linux 2.4.xx';
const SERVER_FLAGS = 1;
/** Index of the field version in the compile-time capabilities, the one byte that both sides must agree on. */
const FIELD_VERSION_AT = 7;

/** Compile-time capabilities: plausible, unread by the client but for the field version. */
function compileCapabilities(fieldVersion: number): Buffer {
  const bytes = Buffer.alloc(45);
  const values: readonly (readonly [number, number])[] = [
    [0, 6], [4, 0xea], [8, 1], [15, 0x29], [16, 0x90], [17, 3], [18, 7], [19, 3],
    [21, 1], [23, 0xcf], [26, 4], [27, 1], [37, 0xb8], [40, 4], [42, 5], [FIELD_VERSION_AT, fieldVersion],
  ]; // prettier-ignore
  for (const [at, value] of values) bytes[at] = value;
  return bytes;
}

/** Run-time capabilities: time zone exchange in message 2, and no strings above 4000 bytes. */
const RUNTIME_CAPABILITIES = Buffer.from([2, 1, 0, 0, 0, 0, 0]);

/** FDO: eleven bytes of which only the national charset at the end is read. */
const FDO = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, CHARSET.utf16 >> 8, CHARSET.utf16 & 0xff]);

/** Response to message 1. */
export function writeProtocol(out: BufferWriter, fieldVersion: number): void {
  out.u8(MESSAGE.protocol).u8(PROTOCOL_VERSION).u8(0).raw(Buffer.from(BANNER, 'latin1')).u8(0);
  out.u16le(CHARSET.utf8).u8(SERVER_FLAGS).u16le(0);
  out.u16be(FDO.length).raw(FDO).clr(compileCapabilities(fieldVersion)).clr(RUNTIME_CAPABILITIES);
}

export interface DataTypesRequest {
  readonly kind: 'data-types';
  /** The lower of what both sides know. */
  readonly fieldVersion: number;
  readonly timeZones: boolean;
}

/** Message 2 up to the capabilities; the list of types behind them means nothing to the stand-in. */
export function readDataTypes(reader: BufferReader): DataTypesRequest {
  if (reader.u16le() !== CHARSET.utf8)
    throw new OraError(12705, 'Cannot access NLS data files or invalid environment specified');
  reader.skip(3);
  const compile = reader.clr();
  const runtime = reader.clr();
  return {
    kind: 'data-types',
    fieldVersion: compile?.[FIELD_VERSION_AT] ?? 0,
    timeZones: ((runtime?.[1] ?? 0) & 1) === 1,
  };
}

/** UTC in the form of message 2. */
const UTC = Buffer.from([0x80, 0, 0, 0, 60, 60, 60, 0x80, 0, 0, 0]);

/** Response to message 2: an empty list is accepted. */
export function writeDataTypes(out: BufferWriter, request: DataTypesRequest): void {
  out.u8(MESSAGE.dataTypes);
  if (request.timeZones) out.raw(UTC);
  out.u16be(0);
}
