import { setTimeout as delay } from 'node:timers/promises';
import type { Socket } from 'node:net';
import { Channel } from './net/channel';
import type { Wanted } from './net/connect-packet';
import { MARKER } from './net/packets';
import { OraError } from './contract/ora-error';
import { callErrorOf, USER_CANCELLED } from './session/call-error';
import { answerCall, applyPiggyback } from './session/calls';
import type { Answer, SessionContext } from './session/context';
import { WIRE_IDENTITIES, type Database } from './session/database';
import { Login } from './session/login';
import { BufferWriter } from './ttc/format/buffer-writer';
import { writeDataTypes, writeProtocol } from './ttc/negotiation';
import { parseCall, type Request } from './ttc/requests';
import { writeCallEnd, type CallError } from './ttc/responses';

/** Layout in which a client reads messages before a field version was agreed: that of the newest. */
const NEWEST_FIELD_VERSION = 24;
/** A cancel that came between two statements is asked for again. */
const CANCEL_AGAIN_MS = 50;
const NO_LISTENER_SERVICE = 12514;
const NO_LISTENER_SID = 12505;

/** ORA-03134, for drivers whose requests have no marked end. */
const OLD_DRIVER: CallError = {
  ora: 3134,
  message:
    'ORA-03134: Connections to this server version are no longer supported. The stand-in needs node-oracledb 7.0 or later.',
  position: -1,
};

/** One client connection from CONNECT to logoff: keeps the order of calls, breaks and resets. */
export class OracleSession {
  readonly #channel: Channel;
  readonly #login: Login;
  #context: SessionContext | undefined;
  #fieldVersion = NEWEST_FIELD_VERSION;
  /** The call at hand and what waits behind it. */
  #tail: Promise<void> = Promise.resolve();
  #calls = 0;
  /** From the client's interrupt to its reset: answers are dropped. */
  #broken = false;
  /** A cancel on its way would hit the next statement: the reset waits for it. */
  #cancelling: Promise<void> = Promise.resolve();
  #wake = new AbortController();
  #closed = false;

  constructor(
    socket: Socket,
    private readonly database: Database,
    private readonly onClose: () => void,
  ) {
    const { tnsVersion } = WIRE_IDENTITIES[database.release];
    this.#login = new Login(database);
    this.#channel = new Channel(
      socket,
      {
        refusal: (wanted) => this.#refusal(wanted),
        onRequest: (payload) => {
          this.#enqueue(() => this.#serve(payload));
        },
        onOldDriver: () => {
          this.#sendError(OLD_DRIVER);
        },
        onInterrupt: () => {
          this.#cancelling = this.#interrupt();
        },
        onReset: () => {
          this.#enqueue(() => this.#reset());
        },
        onClose: () => {
          this.#close();
        },
      },
      tnsVersion,
    );
  }

  /** Ends the connection as a shutdown of the server would. */
  destroy(): void {
    this.#channel.destroy();
  }

  /** The instance has the name of the service. */
  #refusal({ service, sid }: Wanted): number | undefined {
    const known = this.database.serviceName.toUpperCase();
    if (service === null && sid !== null && sid !== known) return NO_LISTENER_SID;
    if ((service ?? sid) !== known) return NO_LISTENER_SERVICE;
    return this.database.faults.refusal();
  }

  #enqueue(work: () => Promise<void>): void {
    this.#calls++;
    this.#tail = this.#tail
      .then(work)
      .catch(() => {
        this.destroy();
      })
      .finally(() => {
        this.#calls--;
      });
  }

  async #serve(payload: Buffer): Promise<void> {
    // a request that arrives behind an interrupt is the one that was meant
    if (this.#isInterrupted()) return;
    const answer: Answer = { out: new BufferWriter() };
    try {
      await this.#delay();
      await this.#context?.idle();
      await this.#answer(payload, answer);
    } catch (error) {
      answer.out.length = 0;
      delete answer.rows;
      writeCallEnd(answer.out, {
        error: callErrorOf(this.#context, error, undefined),
        inTransaction: this.#context?.inTransaction ?? false,
        fieldVersion: this.#fieldVersion,
      });
    }
    if (this.#isInterrupted()) return;
    this.#send(answer);
  }

  /** Nobody waits for an answer. */
  #isInterrupted(): boolean {
    return this.#broken || this.#closed;
  }

  async #answer(payload: Buffer, answer: Answer): Promise<void> {
    const { piggybacks, request } = parseCall(payload, this.#fieldVersion);
    if (!this.#context) {
      await this.#negotiate(request, answer);
      return;
    }
    for (const piggyback of piggybacks) await applyPiggyback(this.#context, piggyback);
    await answerCall(this.#context, request, answer);
  }

  async #negotiate(request: Request, answer: Answer): Promise<void> {
    const offered = WIRE_IDENTITIES[this.database.release].fieldVersion;
    if (request.kind === 'protocol') writeProtocol(answer.out, offered);
    else if (request.kind === 'data-types') {
      this.#fieldVersion = Math.min(request.fieldVersion, offered);
      writeDataTypes(answer.out, request);
    } else if (request.kind !== 'auth') throw new OraError(1012, 'not logged on');
    else if (request.phase === 1) await this.#login.ask(request, answer);
    else {
      const context = await this.#login.admit(request, { answer, fieldVersion: this.#fieldVersion });
      this.#context = context;
      if (this.#closed) context.close();
    }
  }

  async #delay(): Promise<void> {
    const ms = this.#context ? this.database.faults.latency() : 0;
    // an interrupt ends the waiting, and with it the call
    if (ms > 0) await delay(ms, undefined, { signal: this.#wake.signal }).catch(() => undefined);
  }

  #send(answer: Answer): void {
    if (answer.drop) {
      this.destroy();
      return;
    }
    const written = answer.out.written();
    const { rows } = answer;
    this.#channel.send(rows ? [written.subarray(0, rows.at), rows.bytes, written.subarray(rows.at)] : [written]);
    answer.afterwards?.();
  }

  #sendError(error: CallError): void {
    const answer: Answer = { out: new BufferWriter() };
    const inTransaction = this.#context?.inTransaction ?? false;
    writeCallEnd(answer.out, { error, inTransaction, fieldVersion: this.#fieldVersion });
    this.#send(answer);
  }

  /** The client wants the call at hand to end: stop PostgreSQL, for as long as the call lasts. */
  async #interrupt(): Promise<void> {
    this.#broken = true;
    this.#wake.abort();
    this.#channel.sendMarker(MARKER.break);
    while (this.#isInterrupted() && this.#calls > 0) {
      const over = this.#tail;
      await this.#context?.cancel();
      await Promise.race([over, delay(CANCEL_AGAIN_MS)]);
    }
  }

  /** Runs behind the interrupted call: from here on the client listens again. */
  async #reset(): Promise<void> {
    this.#broken = false;
    await this.#cancelling;
    this.#wake = new AbortController();
    await this.#context?.idle();
    this.#channel.sendMarker(MARKER.reset);
    this.#sendError(USER_CANCELLED);
  }

  #close(): void {
    this.#closed = true;
    this.#wake.abort();
    this.#context?.close();
    this.onClose();
  }
}
