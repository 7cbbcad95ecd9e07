import { OraError } from '../ora-error';
import { WIRE_TYPE } from '../ttc/constants';
import { formatLocator, LOB_OPERATION, locatorId, type LobAnswer, type LobRequest } from '../ttc/lob-request';
import { sliceOf } from '../ttc/values/slice';
import { storableText, unmapped } from '../ttc/values/text';

interface Lob {
  readonly type: number;
  content: Buffer;
  /** Cursor that brought it; its next execution forgets it. */
  readonly owner: number | undefined;
}

/** Code units of UTF-16, in which CLOBs are counted, that one chunk holds. */
const CHUNK_SIZE = 8132;

function invalidLocator(): OraError {
  return new OraError(22275, 'invalid LOB locator specified');
}

/** LOB contents of one session that the client knows by locator. */
export class LobStore {
  readonly #lobs = new Map<number, Lob>();
  #lastId = 0;

  /** Keeps a value read by a cursor. `content` is as stored: UTF-8 for CLOBs. */
  keep(content: Buffer, { type, owner }: { type: number; owner: number }): { locator: Buffer; length: number } {
    const plain = type === WIRE_TYPE.clob ? unmapped(sliceOf(content)) : content;
    const id = ++this.#lastId;
    this.#lobs.set(id, { type, content: plain, owner });
    return { locator: formatLocator(id, { type, temporary: false }), length: lengthOf({ type, content: plain }) };
  }

  forgetCursor(cursorId: number): void {
    for (const [id, lob] of this.#lobs) if (lob.owner === cursorId) this.#lobs.delete(id);
  }

  /** Temporary LOBs that the client is done with; locators one after the other. */
  free(locators: Buffer): void {
    for (let at = 0; at + LOCATOR_BYTES <= locators.length; at += LOCATOR_BYTES) {
      this.#lobs.delete(locatorId(locators.subarray(at, at + LOCATOR_BYTES)));
    }
  }

  /** What a bound locator stands for, fit to be stored. Throws ORA-22275. */
  contentOf(locator: Buffer): Buffer {
    const lob = this.#lob(locator);
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
        return read(lob, request);
      case LOB_OPERATION.write:
        write(lob, request);
        return {};
      case LOB_OPERATION.trim:
        lob.content = part(lob, 0, request.amount ?? 0);
        return { amount: request.amount ?? 0 };
      case LOB_OPERATION.chunkSize:
        return { amount: CHUNK_SIZE };
      default:
        return {};
    }
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

function lengthOf(lob: Pick<Lob, 'type' | 'content'>): number {
  return lob.type === WIRE_TYPE.clob ? lob.content.toString('utf8').length : lob.content.length;
}

function part(lob: Lob, from: number, amount: number): Buffer {
  if (lob.type !== WIRE_TYPE.clob) return lob.content.subarray(from, from + amount);
  return Buffer.from(lob.content.toString('utf8').slice(from, from + amount), 'utf8');
}

function read(lob: Lob, request: LobRequest): LobAnswer {
  const data = part(lob, request.offset - 1, request.amount ?? 0);
  return data.length === 0
    ? { amount: 0 }
    : { data, amount: lob.type === WIRE_TYPE.clob ? data.toString('utf8').length : data.length };
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
  const text = data.toString('utf8');
  lob.content = Buffer.from(old.slice(0, offset).padEnd(offset) + text + old.slice(offset + text.length), 'utf8');
}
