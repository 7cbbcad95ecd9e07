import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server that breaks off. */
export interface BreakingProxy {
  /** The server's URL by way of the proxy. */
  readonly url: string;
  close(): Promise<void>;
}

/** Passes on what clients send until the n-th message altogether, and breaks all connections in its place. */
export async function breakingProxy(serverUrl: string, messages: number): Promise<BreakingProxy> {
  const { hostname, port } = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let left = messages;
  const breakAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const proxy = createServer((client) => {
    const server = connect(Number(port), hostname);
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', breakAll);
      socket.on('close', breakAll);
    }
    server.pipe(client);
    client.on('data', (message) => {
      left -= 1;
      if (left === 0) breakAll();
      else if (left > 0) server.write(message);
    });
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const url = new URL(serverUrl);
  url.hostname = '127.0.0.1';
  url.port = String((proxy.address() as AddressInfo).port);
  return {
    url: url.href,
    close: async () => {
      breakAll();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}
