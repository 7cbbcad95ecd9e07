import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server that can be cut at any moment; it stays open for new connections, on the same port. */
export interface CuttableProxy {
  readonly port: number;
  /** Breaks all connections there are now. The server learns of it `lingerMs` later, as behind a network that has gone silent. */
  cut(lingerMs: number): void;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

/** Listens on a free port of 127.0.0.1 and passes everything on to `port` there. */
export async function cuttableProxy(port: number): Promise<CuttableProxy> {
  const ways = new Set<Way>();
  const server = createServer((client) => {
    const way = new Way(client, connect(port, HOST), () => ways.delete(way));
    ways.add(way);
  });
  server.listen(0, HOST);
  await once(server, 'listening');
  const cut = (lingerMs: number): void => {
    for (const way of [...ways]) way.cut(lingerMs);
  };
  const close = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    cut(0);
    await closed;
  };
  return { port: (server.address() as AddressInfo).port, cut, close };
}

/** One client's connection and the one to the server behind it. */
class Way {
  #lingers = false;

  constructor(
    readonly client: Socket,
    readonly upstream: Socket,
    readonly onCut: () => void,
  ) {
    const endsWithOther = (): void => {
      if (!this.#lingers) this.cut(0);
    };
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      socket.on('error', endsWithOther);
      socket.on('close', endsWithOther);
    }
    client.pipe(upstream);
    upstream.pipe(client);
  }

  cut(lingerMs: number): void {
    this.onCut();
    this.#lingers = lingerMs > 0;
    this.client.destroy();
    if (this.#lingers) setTimeout(() => this.upstream.destroy(), lingerMs).unref();
    else this.upstream.destroy();
  }
}
