import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Client, QueryResult, QueryResultRow } from 'pg';
import { statementText } from '../../core/waits/wait-text';
import { askApart } from '../../core/waits/apart';
import { within } from '../../core/waits/within';
import { watched, type Look, type Patience, type Question } from '../../core/waits/watch';
import { endBackend, lookAt, type Backend } from './backend';
import { rememberLock } from './lock-holders';
import { ident } from './sql';
import { isConnectionLoss, sqlStateOf } from './sqlstate';

export interface WatchedBy {
  readonly patience: Patience;
  /** Statements that write there are answered soon. */
  readonly ledgerSchema: string;
  /** Opens a client of its own for one question, without any set-up. */
  readonly openClient: () => Promise<Client>;
  /** Hears of a backend that nobody on this side hears any more. */
  readonly givenUp: (backend: Backend) => void;
}

/** Another session has so long for what it is asked about one. */
const APART_MS = 12_000;
/** A session whose other end is silent cannot be closed in order. */
const CLOSE_MS = 2_000;

/** A client whose every answer is watched: silence is told, and ended where it lasts. */
export class Connection {
  #lost = false;
  /** It was lost without a word of the server, which may not know of it (a firewall, a network that was left). */
  #brokenOff = false;
  /** Known once the session is set up. */
  backend: Backend | null = null;

  constructor(
    readonly client: Client,
    readonly by: WatchedBy,
  ) {
    // Without a listener a lost idle connection would end the process.
    client.on('error', (error) => {
      this.#lose(error);
    });
    client.on('end', () => {
      this.#lose(null);
    });
  }

  get lost(): boolean {
    return this.#lost;
  }

  async query<Row extends QueryResultRow>(text: string, values?: readonly unknown[]): Promise<QueryResult<Row>> {
    const due = isDueSoon(text, this.by.ledgerSchema) ? 'soon' : 'later';
    return this.answer(
      statementText(text),
      due,
      this.client.query<Row>(text, values === undefined ? undefined : [...values]),
    );
  }

  async answer<T>(asked: string, due: Question['due'], answer: Promise<T>): Promise<T> {
    let lock: Look | null = null;
    const look = async (): Promise<Look> => {
      const seen = await this.#look();
      if (seen.state === 'lock') lock = seen;
      return seen;
    };
    const question: Question = {
      ...{ side: 'target', asked, due, look },
      progress: () => {
        const { bytesRead = 0, bytesWritten = 0 } = this.#socket();
        return bytesRead + bytesWritten;
      },
      giveUp: () => {
        this.#giveUp();
      },
    };
    try {
      return await watched(this.by.patience, question, answer);
    } catch (error) {
      if (isConnectionLoss(error)) this.#lose(error);
      rememberLock(error, lock);
      throw error;
    }
  }

  /**
   * Returns soon also where the other end is silent. There, and where the connection has broken off, the backend is ended: it may hold locks
   * for hours.
   */
  async close(): Promise<void> {
    const { backend } = this;
    const isBrokenOff = this.#brokenOff;
    // What ends from here on has not broken off.
    this.#brokenOff = false;
    this.#lost = true;
    const end = await within(
      CLOSE_MS,
      this.client.end().catch(() => undefined),
    );
    this.#socket().destroy();
    if (backend === null || (end !== 'late' && !isBrokenOff)) return;
    await this.#apart((client) => endBackend(client, backend)).catch(() => {
      this.by.givenUp(backend);
    });
  }

  #lose(error: unknown): void {
    if (!this.#lost) this.#brokenOff = sqlStateOf(error) === null;
    this.#lost = true;
  }

  #socket(): Duplex & Partial<Pick<Socket, 'bytesRead' | 'bytesWritten'>> {
    return this.client.connection.stream;
  }

  #giveUp(): void {
    this.#lost = true;
    if (this.backend !== null) this.by.givenUp(this.backend);
    this.#socket().destroy();
  }

  async #look(): Promise<Look> {
    const { backend } = this;
    return backend === null ? { state: 'unknown' } : this.#apart((client) => lookAt(client, backend));
  }

  /** By a client of its own. */
  #apart<T>(ask: (client: Client) => Promise<T>): Promise<T> {
    const by = {
      ms: APART_MS,
      open: () => this.by.openClient(),
      cut: (client: Client) => {
        client.connection.stream.destroy();
      },
      close: (client: Client) => {
        client.end().catch(() => undefined);
      },
    };
    return askApart(by, ask);
  }
}

const SHORT = /^\s*(begin|commit|rollback|savepoint|release|set|show|end|select (pg_advisory_unlock\w*|set_config))\b/i;
const WRITE = /^\s*(insert|update)\b/i;

/** Whether a statement takes no long work: it ends or begins a transaction, sets or unlocks something, or writes to the ledger. */
function isDueSoon(text: string, ledgerSchema: string): boolean {
  return SHORT.test(text) || (WRITE.test(text) && text.includes(`${ident(ledgerSchema)}.`));
}
