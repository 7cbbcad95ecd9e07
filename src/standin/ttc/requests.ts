import { malformedMessage, BufferReader } from './format/buffer-reader';
import { FUNCTION, MESSAGE } from './format/constants';
import { readExecute, readFetch, readReexecute } from './execute-request';
import type { ExecuteRequest, FetchRequest, ReexecuteRequest } from './execute-request';
import { readLobRequest, type LobRequest } from './lob-request';
import { readDataTypes, type DataTypesRequest } from './negotiation';
import { readPiggyback, type Piggyback } from './piggybacks';

/** Keys and values that a login carries; `phase` two has the password. */
export interface AuthRequest {
  readonly kind: 'auth';
  readonly phase: 1 | 2;
  readonly user: string;
  readonly pairs: ReadonlyMap<string, string>;
}

export type Request =
  | { readonly kind: 'protocol' }
  | DataTypesRequest
  | AuthRequest
  | ExecuteRequest
  | ReexecuteRequest
  | FetchRequest
  | LobRequest
  | { readonly kind: 'commit' | 'rollback' | 'ping' | 'logoff' }
  | { readonly kind: 'unknown'; readonly functionCode: number };

export interface Call {
  readonly piggybacks: readonly Piggyback[];
  readonly request: Request;
}

const TOKEN_VERSION = 18;

/** One complete request. Throws ORA-03106 when it is cut short or starts with what no client sends. */
export function parseCall(payload: Buffer, fieldVersion: number): Call {
  const reader = new BufferReader(payload);
  const piggybacks: Piggyback[] = [];
  let message = reader.u8();
  while (message === MESSAGE.piggyback) {
    piggybacks.push(readPiggyback(reader, readHeader(reader, fieldVersion)));
    message = reader.u8();
  }
  return { piggybacks, request: readRequest(reader, { message, fieldVersion }) };
}

function readHeader(reader: BufferReader, fieldVersion: number): number {
  const functionCode = reader.u8();
  reader.skip(1);
  if (fieldVersion >= TOKEN_VERSION) reader.ub();
  return functionCode;
}

function readRequest(
  reader: BufferReader,
  { message, fieldVersion }: { message: number; fieldVersion: number },
): Request {
  switch (message) {
    case MESSAGE.protocol:
      return { kind: 'protocol' };
    case MESSAGE.dataTypes:
      return readDataTypes(reader);
    case MESSAGE.function:
      return readFunction(reader, fieldVersion);
    default:
      throw malformedMessage(`message type ${message}`);
  }
}

function readFunction(reader: BufferReader, fieldVersion: number): Request {
  const functionCode = readHeader(reader, fieldVersion);
  switch (functionCode) {
    case FUNCTION.authPhaseOne:
      return readAuth(reader, 1);
    case FUNCTION.authPhaseTwo:
      return readAuth(reader, 2);
    case FUNCTION.execute:
      return readExecute(reader, fieldVersion);
    case FUNCTION.reexecute:
      return readReexecute(reader, 'executes only');
    case FUNCTION.reexecuteAndFetch:
      return readReexecute(reader, 'fetches');
    case FUNCTION.fetch:
      return readFetch(reader);
    case FUNCTION.lobOperation:
      return readLobRequest(reader);
    case FUNCTION.commit:
      return { kind: 'commit' };
    case FUNCTION.rollback:
      return { kind: 'rollback' };
    case FUNCTION.ping:
      return { kind: 'ping' };
    case FUNCTION.logoff:
      return { kind: 'logoff' };
    default:
      return { kind: 'unknown', functionCode };
  }
}

function readAuth(reader: BufferReader, phase: 1 | 2): AuthRequest {
  const hasUser = reader.u8() === 1;
  reader.skipUb(2);
  reader.skip(1);
  const count = reader.ub();
  reader.skip(2);
  const user = hasUser ? reader.text() : '';
  const pairs = new Map<string, string>();
  for (let i = 0; i < count; i++) {
    const key = reader.longText();
    pairs.set(key, reader.longText());
    reader.ub();
  }
  return { kind: 'auth', phase, user, pairs };
}
