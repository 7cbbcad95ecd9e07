import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A way to a server that can be shut: everyone is cut off, and nobody listens at its port until it is opened again. */
export interface Gate {
  readonly host: string;
  readonly port: number;
  readonly shut: () => void;
  readonly open: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function gateTo(to: { readonly host: string; readonly port: number }): Promise<Gate> {
  const sockets = new Set<Socket>();
  const host = '127.0.0.1';
  const listen = async (port: number): Promise<Server> => {
    const server = createServer((client) => {
      const behind = connect(to.port, to.host);
      for (const socket of [client, behind]) {
        sockets.add(socket);
        const other = socket === client ? behind : client;
        socket.on('error', () => other.destroy());
        socket.on('close', () => {
          sockets.delete(socket);
          other.destroy();
        });
      }
      client.pipe(behind);
      behind.pipe(client);
    });
    server.listen(port, host);
    await once(server, 'listening');
    return server;
  };
  let server: Server | null = await listen(0);
  const { port } = server.address() as AddressInfo;
  const shut = (): void => {
    server?.close();
    server = null;
    for (const socket of sockets) socket.destroy();
  };
  return {
    host,
    port,
    shut,
    open: async () => {
      server ??= await listen(port);
    },
    close: async () => {
      const closing = server;
      shut();
      if (closing !== null) await once(closing, 'close');
    },
  };
}
