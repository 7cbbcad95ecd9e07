import { notImplemented } from '../contract/ora-error';
import type { BufferReader } from './format/buffer-reader';
import type { BufferWriter } from './format/buffer-writer';
import { MESSAGE } from './format/constants';

export const LOB_OPERATION = {
  length: 0x1,
  read: 0x2,
  trim: 0x20,
  write: 0x40,
  createTemporary: 0x110,
  chunkSize: 0x4000,
  open: 0x8000,
  close: 0x10000,
  isOpen: 0x11000,
} as const;

export interface LobRequest {
  readonly kind: 'lob';
  readonly operation: number;
  readonly locator: Buffer;
  /** 1-based; characters of CLOBs are UTF-16 code units. */
  readonly offset: number;
  /** Type of a temporary LOB to be made. */
  readonly newType: number;
  readonly data: Buffer | null;
  readonly amount: number | undefined;
}

const KNOWN: ReadonlySet<number> = new Set(Object.values(LOB_OPERATION));

/** Function 96. */
export function readLobRequest(reader: BufferReader): LobRequest {
  reader.skip(1);
  const locatorLength = reader.ub();
  reader.skip(1);
  reader.skipUb(3);
  reader.skip(3);
  const operation = reader.ub();
  if (!KNOWN.has(operation)) throw notImplemented(`LOB operation 0x${operation.toString(16)}`);
  reader.skip(2);
  const offset = reader.ub();
  const newType = reader.ub();
  const sendsAmount = reader.u8() === 1;
  reader.skip(6);
  const locator = Buffer.from(reader.bytes(locatorLength));
  if (operation === LOB_OPERATION.createTemporary) reader.ub();
  const data = operation === LOB_OPERATION.write ? readData(reader) : null;
  return { kind: 'lob', operation, locator, offset, newType, data, amount: sendsAmount ? reader.ub() : undefined };
}

function readData(reader: BufferReader): Buffer | null {
  if (reader.peekU8() !== MESSAGE.lobData) return null;
  reader.skip(1);
  return reader.clr();
}

export interface LobAnswer {
  readonly data?: Buffer;
  readonly amount?: number;
  readonly locator?: Buffer;
}

/** What stands before the status message in the response to a LOB operation. */
export function writeLobAnswer(out: BufferWriter, request: LobRequest, answer: LobAnswer): void {
  if (answer.data) out.u8(MESSAGE.lobData).clr(answer.data);
  out.u8(MESSAGE.parameters).raw(answer.locator ?? request.locator);
  if (request.operation === LOB_OPERATION.createTemporary) out.ub(873).u8(0);
  else if (request.amount !== undefined) out.sb(answer.amount ?? 0);
  if (request.operation === LOB_OPERATION.isOpen) out.u8(0);
}

/**
 * Locator of 40 bytes: opaque to the client but for the flags that say temporary and wide, and the id, ours. `wide`: its characters
 * travel as UTF-16, as those of a database with a multi-byte character set do.
 */
export function formatLocator(id: number, options: { type: number; temporary: boolean; wide?: boolean }): Buffer {
  const locator = Buffer.alloc(LOCATOR_BYTES);
  locator.set([
    0,
    0x26,
    0,
    4,
    options.temporary ? 0x40 : 0,
    8,
    options.wide === true ? WIDE : 0,
    options.temporary ? 1 : 0,
    0,
    1,
  ]);
  locator.writeUInt32BE(id, ID_AT);
  locator.writeUInt8(options.type, TYPE_AT);
  return locator;
}

/** Whether characters of the LOB travel as UTF-16. */
export function isWide(locator: Buffer): boolean {
  return ((locator[WIDE_AT] ?? 0) & WIDE) !== 0;
}

const LOCATOR_BYTES = 40;
const WIDE_AT = 6;
const WIDE = 0x80;
const ID_AT = 10;
const TYPE_AT = 14;

export function locatorId(locator: Buffer): number {
  return locator.length >= LOCATOR_BYTES ? locator.readUInt32BE(ID_AT) : 0;
}
