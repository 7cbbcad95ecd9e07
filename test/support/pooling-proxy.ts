import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { Client } from 'pg';

/** A proxy that gives each transaction a session of its own choice, as PgBouncer does with `pool_mode = transaction`. */
export interface PoolingProxy {
  readonly url: string;
  close(): Promise<void>;
}

/** A session of the server, logged in by the driver; from then on only its bytes are passed on. */
interface Backend {
  readonly client: Client;
  readonly socket: Socket;
  /** Whose transaction it has; null: free. */
  user: Socket | null;
}

const READY = 'Z'.charCodeAt(0);
const IDLE = 'I'.charCodeAt(0);

export async function poolingProxy(serverUrl: string, backends: number): Promise<PoolingProxy> {
  const pool = await Promise.all(Array.from({ length: backends }, () => login(serverUrl)));
  const waiting: (() => void)[] = [];
  const free = (backend: Backend): void => {
    backend.user = null;
    // Round and round, so that the next transaction meets another session.
    pool.push(...pool.splice(pool.indexOf(backend), 1));
    waiting.splice(0).forEach((wake) => {
      wake();
    });
  };
  for (const backend of pool) forwardReplies(backend, free);
  const sockets = new Set<Socket>();
  const proxy = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    serve(socket, pool, waiting);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const url = new URL(serverUrl);
  url.port = String((proxy.address() as AddressInfo).port);
  return {
    url: url.href,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      proxy.close();
      await once(proxy, 'close');
      await Promise.all(pool.map(({ client }) => client.end().catch(() => undefined)));
    },
  };
}

async function login(url: string): Promise<Backend> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
  stream.removeAllListeners('data');
  return { client, socket: stream, user: null };
}

/** To whoever has the session, until the server says that no transaction is open any more. */
function forwardReplies(backend: Backend, free: (backend: Backend) => void): void {
  let rest = Buffer.alloc(0);
  backend.socket.on('data', (data: Buffer) => {
    backend.user?.write(data);
    rest = Buffer.concat([rest, data]);
    for (let length = messageLength(rest); length > 0; length = messageLength(rest)) {
      if (rest[0] === READY && rest[5] === IDLE) free(backend);
      rest = rest.subarray(length);
    }
  });
}

/** 0: not yet whole. */
function messageLength(bytes: Buffer): number {
  if (bytes.length < 5) return 0;
  const length = 1 + bytes.readInt32BE(1);
  return bytes.length >= length ? length : 0;
}

function serve(socket: Socket, pool: Backend[], waiting: (() => void)[]): void {
  let isGreeted = false;
  const send = (data: Buffer): void => {
    const backend = pool.find(({ user }) => user === socket) ?? pool.find(({ user }) => user === null);
    if (backend === undefined) {
      waiting.push(() => {
        send(data);
      });
      return;
    }
    backend.user = socket;
    backend.socket.write(data);
  };
  socket.on('data', (data: Buffer) => {
    if (isGreeted) {
      // `X`: the client leaves, the session stays.
      if (data[0] !== 'X'.charCodeAt(0)) send(data);
      return;
    }
    isGreeted = true;
    // AuthenticationOk, BackendKeyData, ReadyForQuery.
    socket.write(Buffer.from('5200000008000000004b0000000c00000001000000015a0000000549', 'hex'));
  });
}
