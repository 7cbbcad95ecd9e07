import type { Client } from 'pg';

/** The part of pg's connection that COPY needs; pg documents it for submittable queries only. */
interface CopyConnection {
  readonly stream: { readonly writableNeedDrain: boolean; once(event: 'drain', listener: () => void): void };
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(message: string): void;
}

/** A `COPY … FROM STDIN` as pg's client runs queries: it is told of the messages that concern it. */
class CopyIn {
  #failure: Error | undefined;

  constructor(
    private readonly text: string,
    private readonly chunks: Iterator<Buffer>,
    private readonly done: (failure: Error | undefined) => void,
  ) {}

  submit(connection: CopyConnection): void {
    connection.query(this.text);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    try {
      for (let next = this.chunks.next(); next.done !== true; next = this.chunks.next()) {
        connection.sendCopyFromChunk(next.value);
        if (connection.stream.writableNeedDrain) {
          connection.stream.once('drain', () => {
            this.handleCopyInResponse(connection);
          });
          return;
        }
      }
      connection.endCopyFrom();
    } catch (error) {
      this.#failure = error as Error;
      connection.sendCopyFail('the rows could not be made');
    }
  }

  handleError(error: Error): void {
    this.#failure ??= error;
    this.done(this.#failure);
  }

  handleReadyForQuery(): void {
    this.done(this.#failure);
  }

  handleCommandComplete(): void {
    // The row count is the caller's own.
  }
}

/** Sends chunks of COPY text. Rejects with what the rows threw, else with the database's error. */
export function copyIn(client: Client, text: string, chunks: Iterable<Buffer>): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (failure: Error | undefined): void => {
      if (failure === undefined) resolve();
      else reject(failure);
    };
    void client.query(new CopyIn(text, chunks[Symbol.iterator](), done) as unknown as Parameters<Client['query']>[0]);
  });
}
