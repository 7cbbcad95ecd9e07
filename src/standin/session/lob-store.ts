import { OraError } from '../contract/ora-error';
import { WIRE_TYPE } from '../ttc/format/constants';
import { formatLocator, isWide, LOB_OPERATION, locatorId, type LobAnswer, type LobRequest } from '../ttc/lob-request';
import { sliceOf } from '../ttc/values/slice';
import { storableText, unmapped } from '../ttc/values/text';
import { LobFile } from './lob-file';

interface Lob {
  readonly type: number;
  /** UTF-8 for CLOBs; empty where it is in the file. */
  content: Buffer;
  /** Cursor that brought it; its next execution forgets it. */
  readonly owner: number | undefined;
  /** Where a large one lies in the session's file, CLOBs as UTF-16. */
  stored?: { readonly at: number; readonly length: number } | undefined;
}

/** Larger LOBs lie in a file, where a piece of a CLOB is found without counting its characters. */
const MOST_IN_MEMORY = 65_536;

/** Code units of UTF-16, in which CLOBs are counted, that one chunk holds. */
const CHUNK_SIZE = 8132;

function invalidLocator(): OraError {
  return new OraError(22275, 'invalid LOB locator specified');
}

/** LOB contents of one session that the client knows by locator. */
export class LobStore {
  readonly #lobs = new Map<number, Lob>();
  readonly #file = new LobFile();
  #lastId = 0;

  /** Keeps a value read by a cursor. `content` is as stored: UTF-8 for CLOBs. */
  keep(content: Buffer, { type, owner }: { type: number; owner: number }): { locator: Buffer; length: number } {
    const id = ++this.#lastId;
    const plain = type === WIRE_TYPE.clob ? unmapped(sliceOf(content)) : content;
    if (plain.length > MOST_IN_MEMORY) return this.#store(id, plain, { type, owner });
    this.#lobs.set(id, { type, content: plain, owner });
    const locator = formatLocator(id, { type, temporary: false, wide: type === WIRE_TYPE.clob });
    return { locator, length: lengthOf({ type, content: plain }) };
  }

  #store(
    id: number,
    content: Buffer,
    { type, owner }: { type: number; owner: number },
  ): { locator: Buffer; length: number } {
    const isText = type === WIRE_TYPE.clob;
    const bytes = isText ? Buffer.from(content.toString('utf8'), 'utf16le') : content;
    const stored = { at: this.#file.append(bytes), length: bytes.length };
    this.#lobs.set(id, { type, content: NOTHING, owner, stored });
    const locator = formatLocator(id, { type, temporary: false, wide: isText });
    return { locator, length: isText ? bytes.length / 2 : bytes.length };
  }

  forgetCursor(cursorId: number): void {
    for (const [id, lob] of this.#lobs) if (lob.owner === cursorId) this.#lobs.delete(id);
    if (![...this.#lobs.values()].some(({ stored }) => stored)) this.#file.close();
  }

  /** The session is over. */
  close(): void {
    this.#lobs.clear();
    this.#file.close();
  }

  /** Temporary LOBs that the client is done with; locators one after the other. */
  free(locators: Buffer): void {
    for (let at = 0; at + LOCATOR_BYTES <= locators.length; at += LOCATOR_BYTES) {
      this.#lobs.delete(locatorId(locators.subarray(at, at + LOCATOR_BYTES)));
    }
  }

  /** What a bound locator stands for, fit to be stored. Throws ORA-22275. */
  contentOf(locator: Buffer): Buffer {
    const lob = this.#inMemory(this.#lob(locator));
    return lob.type === WIRE_TYPE.clob ? Buffer.from(storableText(lob.content.toString('utf8'))) : lob.content;
  }

  /** Does a LOB operation. Throws ORA-22275 for a locator that is none of this session's. */
  answer(request: LobRequest): LobAnswer {
    if (request.operation === LOB_OPERATION.createTemporary) return this.#create(request);
    const lob = this.#lob(request.locator);
    switch (request.operation) {
      case LOB_OPERATION.length:
        return { amount: lengthOf(lob) };
      case LOB_OPERATION.read:
        return this.#read(lob, request);
      case LOB_OPERATION.write:
        write(this.#inMemory(lob), request);
        return {};
      case LOB_OPERATION.trim:
        lob.content = part(this.#inMemory(lob), 0, request.amount ?? 0);
        return { amount: request.amount ?? 0 };
      case LOB_OPERATION.chunkSize:
        return { amount: CHUNK_SIZE };
      default:
        return {};
    }
  }

  #read(lob: Lob, request: LobRequest): LobAnswer {
    const { stored } = lob;
    if (!stored) return read(lob, request);
    const unit = unitOf(lob);
    const from = Math.min((request.offset - 1) * unit, stored.length);
    const bytes = this.#file.read(stored.at + from, Math.min((request.amount ?? 0) * unit, stored.length - from));
    if (bytes.length === 0) return { amount: 0 };
    return { data: unit === 2 ? bytes.swap16() : bytes, amount: bytes.length / unit };
  }

  /** Brought back from the file, for operations that are not made for large LOBs. */
  #inMemory(lob: Lob): Lob {
    if (!lob.stored) return lob;
    const bytes = this.#file.read(lob.stored.at, lob.stored.length);
    lob.content = lob.type === WIRE_TYPE.clob ? Buffer.from(bytes.toString('utf16le'), 'utf8') : bytes;
    lob.stored = undefined;
    return lob;
  }

  #create(request: LobRequest): LobAnswer {
    const id = ++this.#lastId;
    const type = request.newType === WIRE_TYPE.blob ? WIRE_TYPE.blob : WIRE_TYPE.clob;
    this.#lobs.set(id, { type, content: Buffer.alloc(0), owner: undefined });
    return { locator: formatLocator(id, { type, temporary: true }) };
  }

  #lob(locator: Buffer): Lob {
    const lob = this.#lobs.get(locatorId(locator));
    if (!lob) throw invalidLocator();
    return lob;
  }
}

const LOCATOR_BYTES = 40;
const NOTHING = Buffer.alloc(0);

/** Bytes in the file of what the client counts. */
function unitOf({ type }: Pick<Lob, 'type'>): number {
  return type === WIRE_TYPE.clob ? 2 : 1;
}

function lengthOf(lob: Pick<Lob, 'type' | 'content' | 'stored'>): number {
  if (lob.stored) return lob.stored.length / unitOf(lob);
  return lob.type === WIRE_TYPE.clob ? lob.content.toString('utf8').length : lob.content.length;
}

function part(lob: Lob, from: number, amount: number): Buffer {
  if (lob.type !== WIRE_TYPE.clob) return lob.content.subarray(from, from + amount);
  return Buffer.from(lob.content.toString('utf8').slice(from, from + amount), 'utf8');
}

function read(lob: Lob, request: LobRequest): LobAnswer {
  const from = request.offset - 1;
  const end = from + (request.amount ?? 0);
  if (lob.type !== WIRE_TYPE.clob) {
    const data = lob.content.subarray(from, end);
    return data.length === 0 ? { amount: 0 } : { data, amount: data.length };
  }
  // A pair of surrogates may be cut, which UTF-8 cannot show.
  const text = lob.content.toString('utf8').slice(from, end);
  if (text === '') return { amount: 0 };
  const wide = isWide(request.locator);
  return { data: wide ? Buffer.from(text, 'utf16le').swap16() : Buffer.from(text), amount: text.length };
}

function write(lob: Lob, request: LobRequest): void {
  const data = request.data ?? Buffer.alloc(0);
  const offset = request.offset - 1;
  if (lob.type !== WIRE_TYPE.clob) {
    const before = Buffer.alloc(offset);
    lob.content.copy(before, 0, 0, offset);
    lob.content = Buffer.concat([before, data, lob.content.subarray(offset + data.length)]);
    return;
  }
  const old = lob.content.toString('utf8');
  const text = isWide(request.locator) ? wideText(data) : data.toString('utf8');
  lob.content = Buffer.from(old.slice(0, offset).padEnd(offset) + text + old.slice(offset + text.length), 'utf8');
}

function wideText(data: Buffer): string {
  return Buffer.from(data).swap16().toString('utf16le');
}
