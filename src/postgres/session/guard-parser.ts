import type { Client } from 'pg';

/** The part of the driver's connection that hands its socket to the parser; its types leave it out. */
interface Attaching {
  attachListeners(stream: ParsedStream): void;
}

interface ParsedStream {
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  destroy(error: Error): void;
}

/**
 * A message that the driver cannot read (a way of authentication that it does not know) is thrown where the socket is read: nobody could
 * catch it, and the process would end. Here it ends the connection, whose user hears of it.
 */
export function guardParser(client: Client): void {
  const connection = client.connection as unknown as Attaching;
  const attach = connection.attachListeners.bind(connection);
  connection.attachListeners = (stream) => {
    attach({
      on: (event, listener) => stream.on(event, event === 'data' ? guarded(stream, listener) : listener),
      destroy: (error) => {
        stream.destroy(error);
      },
    });
  };
}

function guarded(stream: ParsedStream, read: (...args: unknown[]) => void): (...args: unknown[]) => void {
  return (...args) => {
    try {
      read(...args);
    } catch (error) {
      stream.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  };
}
