import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server on which messages can vanish while the connections stay open, as behind a firewall that has forgotten them. */
export interface SilentProxy {
  readonly port: number;
  /** From the first message of a client for which `when` holds, nothing passes on connections that are open by then. */
  silence(when?: (message: Buffer) => boolean, how?: Silence): void;
  /** Connections on which nothing passes any more. */
  readonly silenced: () => number;
  close(): Promise<void>;
}

/**
 * `both`: what the client sends is lost as well. `answers`: the server gets it, its answers are lost. `reset`: the server gets it, and the
 * client is told that the connection is gone, which the server never hears.
 */
type Silence = 'both' | 'answers' | 'reset';

interface Way {
  silent: Silence | null;
  readonly client: Socket;
  readonly sockets: readonly Socket[];
}

/** `later`: connections made after the silence began pass again. `never`: none does. */
export async function silentProxy(
  { host, port }: { readonly host: string; readonly port: number },
  again: 'later' | 'never' = 'later',
): Promise<SilentProxy> {
  const ways = new Set<Way>();
  let armed: { readonly when: (message: Buffer) => boolean; readonly how: Silence } | null = null;
  let fallen: Silence | null = null;
  const fall = (how: Silence): void => {
    for (const way of ways) {
      way.silent = how;
      if (how === 'reset') way.client.resetAndDestroy();
    }
    armed = null;
    fallen = how;
  };
  const proxy = createServer((client) => {
    const server = connect(port, host);
    const way: Way = { silent: again === 'never' ? fallen : null, client, sockets: [client, server] };
    ways.add(way);
    for (const socket of way.sockets) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        if (way.silent === 'reset' && socket === client) return;
        for (const other of way.sockets) other.destroy();
        ways.delete(way);
      });
    }
    client.on('data', (message) => {
      if (armed?.when(message) === true) fall(armed.how);
      if (way.silent !== 'both') server.write(message);
    });
    server.on('data', (message) => {
      if (way.silent === null) client.write(message);
    });
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    port: (proxy.address() as AddressInfo).port,
    silence: (when = () => true, how = 'both') => {
      armed = { when, how };
    },
    silenced: () => [...ways].filter(({ silent }) => silent !== null).length,
    close: async () => {
      for (const { sockets } of ways) for (const socket of sockets) socket.destroy();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}

/** The same for the URL of a PostgreSQL database. */
export async function silentTarget(
  url: string,
  again?: 'later' | 'never',
): Promise<SilentProxy & { readonly url: string }> {
  const at = new URL(url);
  const proxy = await silentProxy({ host: at.hostname, port: Number(at.port) }, again);
  at.hostname = '127.0.0.1';
  at.port = String(proxy.port);
  return { ...proxy, url: at.href };
}
