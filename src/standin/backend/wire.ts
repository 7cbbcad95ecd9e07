import { connect, type Socket } from 'node:net';
import type { BackendError } from '../contract/translation';
import { BACKEND, parseError, parseParameterDescription, parseRowDescription, rowCountOf } from './backend-messages';
import type { ResultField } from './backend-messages';
import { cancelRequest, TERMINATE } from './frontend-messages';

/** A row where it lies in the buffer it was received in; valid during the call only. */
export type RowSink = (bytes: Buffer, start: number, end: number) => void;

/** All that PostgreSQL said up to the last ReadyForQuery that was waited for. */
export interface Reply {
  error?: BackendError;
  fields?: ResultField[];
  parameterTypes?: number[];
  /** Rows affected, one entry per completed command. */
  readonly counts: number[];
  /** A portal stopped at its row limit. */
  suspended: boolean;
  /** I: no transaction, T: in one, E: in a failed one. */
  status: string;
}

interface Exchange {
  readonly reply: Reply;
  readonly onRow: RowSink | undefined;
  readonly cancellable: boolean;
  /** Thrown by `onRow`; the rest of the answer is read all the same. */
  sinkError?: unknown;
  readiesLeft: number;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (reason: unknown) => void;
}

export interface ExchangeOptions {
  readonly onRow?: RowSink;
  /** ReadyForQuery messages to wait for: one per Sync and one per Query message sent. */
  readonly readies?: number;
  /** Its last part may be cancelled; what comes before guards the transaction and must not be. */
  readonly cancellable?: boolean;
}

/** How to reach the server once more, to cancel what this connection does. */
export interface CancelTarget {
  readonly address: { readonly path: string } | { readonly host: string; readonly port: number };
  readonly processId: number;
  readonly secretKey: number;
}

const HEADER_BYTES = 5;

/** A logged-in PostgreSQL connection used with raw messages. Exchanges are answered in the order they were sent. */
export class PgWire {
  readonly #queue: Exchange[] = [];
  #chunks: Buffer[] = [];
  #buffered = 0;
  /** Bytes without which looking again would find no whole message. */
  #needed = HEADER_BYTES;
  #lost: Error | undefined;
  /** Cancel requests that are on their way, and what waits until they have arrived. */
  #cancels = 0;
  #held: Uint8Array[] = [];

  constructor(
    private readonly socket: Socket,
    private readonly cancelTarget: CancelTarget,
    private readonly connectionLost: (cause?: Error) => Error,
  ) {
    socket.on('data', (chunk: Buffer) => {
      this.#receive(chunk);
    });
    socket.on('error', (error) => {
      this.#lose(error);
    });
    socket.on('close', () => {
      this.#lose();
    });
  }

  /** Sends messages (ending in Sync, or being a Query) and collects the answer. Rejects only if the connection is lost. */
  exchange(messages: readonly Uint8Array[], options: ExchangeOptions = {}): Promise<Reply> {
    if (this.#lost) return Promise.reject(this.#lost);
    return new Promise((resolve, reject) => {
      const reply: Reply = { counts: [], suspended: false, status: 'I' };
      const { onRow, readies: readiesLeft = 1, cancellable = false } = options;
      this.#queue.push({ reply, onRow, cancellable, readiesLeft, resolve, reject });
      if (this.#cancels > 0) this.#held.push(...messages);
      else this.socket.write(Buffer.concat(messages));
    });
  }

  /**
   * Asks PostgreSQL to stop the statement at hand; resolves when it has taken the request. What guards a transaction is never stopped,
   * and nothing is sent meanwhile: the request stops whatever it meets. Harmless if there is nothing to stop.
   */
  async cancel(): Promise<void> {
    const [exchange] = this.#queue;
    if (exchange?.cancellable !== true || exchange.readiesLeft > 1) return;
    this.#cancels += 1;
    await this.#requestCancel();
    this.#cancels -= 1;
    if (this.#cancels === 0 && this.#held.length > 0) this.socket.write(Buffer.concat(this.#held.splice(0)));
  }

  #requestCancel(): Promise<void> {
    const { address, processId, secretKey } = this.cancelTarget;
    return new Promise((resolve) => {
      const socket = connect(address);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        resolve();
      });
      socket.resume().end(cancelRequest(processId, secretKey));
    });
  }

  end(): void {
    if (this.socket.writable) this.socket.end(TERMINATE);
  }

  #lose(cause?: Error): void {
    this.#lost ??= this.connectionLost(cause);
    for (const exchange of this.#queue.splice(0)) exchange.reject(this.#lost);
  }

  #receive(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    if (this.#buffered < this.#needed) return;
    const [only] = this.#chunks;
    const bytes = only && this.#chunks.length === 1 ? only : Buffer.concat(this.#chunks, this.#buffered);
    let at = 0;
    this.#needed = HEADER_BYTES;
    while (bytes.length - at >= HEADER_BYTES) {
      const end = at + 1 + bytes.readUInt32BE(at + 1);
      if (end > bytes.length) {
        this.#needed = end - at;
        break;
      }
      this.#take(bytes, at, end);
      at = end;
    }
    this.#chunks = at < bytes.length ? [bytes.subarray(at)] : [];
    this.#buffered = bytes.length - at;
  }

  #take(bytes: Buffer, start: number, end: number): void {
    const exchange = this.#queue[0];
    if (!exchange) return;
    const type = bytes[start];
    if (type === BACKEND.dataRow) this.#row(exchange, bytes, start + HEADER_BYTES, end);
    else if (type === BACKEND.ready) this.#ready(exchange, bytes, end);
    else note(exchange.reply, type, bytes.subarray(start + HEADER_BYTES, end));
  }

  // eslint-disable-next-line max-params -- once per row: an object here would be one allocation each
  #row(exchange: Exchange, bytes: Buffer, start: number, end: number): void {
    if (!exchange.onRow || exchange.sinkError !== undefined) return;
    try {
      exchange.onRow(bytes, start, end);
    } catch (error) {
      exchange.sinkError = error;
    }
  }

  #ready(exchange: Exchange, bytes: Buffer, end: number): void {
    exchange.reply.status = String.fromCharCode(bytes[end - 1] ?? 0);
    exchange.readiesLeft -= 1;
    if (exchange.readiesLeft > 0) return;
    this.#queue.shift();
    if (exchange.sinkError === undefined) exchange.resolve(exchange.reply);
    else exchange.reject(exchange.sinkError);
  }
}

function note(reply: Reply, type: number | undefined, body: Buffer): void {
  switch (type) {
    case BACKEND.error:
      reply.error ??= parseError(body);
      break;
    case BACKEND.rowDescription:
      reply.fields = parseRowDescription(body);
      break;
    case BACKEND.parameterDescription:
      reply.parameterTypes = parseParameterDescription(body);
      break;
    case BACKEND.commandComplete:
      noteCommand(reply, body.toString('latin1', 0, body.length - 1));
      break;
    case BACKEND.suspended:
      reply.suspended = true;
      break;
    default:
      break;
  }
}

/** Savepoints and the like travel with statements but are not what was asked for. */
const TRANSACTION_TAG = /^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)/;

function noteCommand(reply: Reply, tag: string): void {
  if (!TRANSACTION_TAG.test(tag)) reply.counts.push(rowCountOf(tag));
}
