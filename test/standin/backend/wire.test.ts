import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { cancelRequest, queryMessage } from '../../../src/standin/backend/frontend-messages';
import { PgWire } from '../../../src/standin/backend/wire';
import { everySplit } from '../support/split';

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

const row = (text: string): Buffer => {
  const body = Buffer.alloc(6 + text.length);
  body.writeUInt16BE(1, 0);
  body.writeInt32BE(text.length, 2);
  body.write(text, 6);
  return message('D', body);
};

const FIELD = Buffer.concat([Buffer.from('id\0'), Buffer.from('000040000001000000170004ffffffff0000', 'hex')]);
const ANSWER = Buffer.concat([
  message('t', Buffer.from('000200000019000006a4', 'hex')),
  message('T', Buffer.concat([Buffer.from([0, 1]), FIELD])),
  row('one'),
  row('x'.repeat(40)),
  message('C', Buffer.from('BEGIN\0')),
  message('C', Buffer.from('INSERT 0 3\0')),
  message('s', Buffer.alloc(0)),
  message('E', Buffer.from('SERROR\0C23505\0Mduplicate\0Dkey\0nPK\0P7\0\0')),
  message('Z', Buffer.from('E')),
]);

const opened: (() => void)[] = [];
afterEach(() => {
  for (const close of opened.splice(0)) close();
});

/** A wire whose other end is in our hands. */
async function aWire(): Promise<{ wire: PgWire; peer: Socket; server: Server }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const socket = connect(port, '127.0.0.1').setNoDelay(true);
  const [peer] = await accepted;
  const target = { address: { host: '127.0.0.1', port }, processId: 42, secretKey: -7 };
  const wire = new PgWire(socket, target, () => new Error('lost'));
  opened.push(() => {
    socket.destroy();
    peer.destroy();
    server.close();
  });
  return { wire, peer, server };
}

/** Delivers chunks to the wire one by one, as separate events. */
function deliver(wire: PgWire, chunks: readonly Buffer[]): void {
  const socket = (wire as unknown as { socket: Socket }).socket;
  for (const chunk of chunks) if (chunk.length > 0) socket.emit('data', chunk);
}

describe('PgWire', () => {
  it('understands an answer however it is split', async () => {
    const { wire } = await aWire();
    for (const chunks of everySplit(ANSWER)) {
      const rows: string[] = [];
      const reply = wire.exchange([queryMessage('x')], {
        onRow: (bytes, start, end) => rows.push(bytes.toString('latin1', start + 6, end)),
      });
      deliver(wire, chunks);
      expect(await reply).toEqual({
        parameterTypes: [25, 1700],
        fields: [{ name: 'id', tableOid: 16384, attnum: 1, typeOid: 23, typmod: -1 }],
        counts: [3],
        suspended: true,
        status: 'E',
        error: { sqlState: '23505', message: 'duplicate', detail: 'key', constraint: 'PK', position: 7 },
      });
      expect(rows).toEqual(['one', 'x'.repeat(40)]);
    }
  });

  it('answers in the order of the questions', async () => {
    const { wire } = await aWire();
    const first = wire.exchange([queryMessage('a')], { readies: 2 });
    const second = wire.exchange([queryMessage('b')]);
    deliver(wire, [
      Buffer.concat([message('Z', Buffer.from('T')), message('Z', Buffer.from('I')), message('Z', Buffer.from('E'))]),
    ]);
    expect([(await first).status, (await second).status]).toEqual(['I', 'E']);
  });

  it('rejects what is pending, and what comes after, when the connection is lost', async () => {
    const { wire, peer } = await aWire();
    const pending = wire.exchange([queryMessage('a')]);
    peer.destroy();
    await expect(pending).rejects.toThrow('lost');
    await expect(wire.exchange([queryMessage('b')])).rejects.toThrow('lost');
  });

  it('reads the answer to its end although a row could not be used', async () => {
    const { wire } = await aWire();
    const broken = wire.exchange([queryMessage('a')], {
      onRow: () => {
        throw new Error('no such value');
      },
    });
    const next = wire.exchange([queryMessage('b')]);
    deliver(wire, [ANSWER, message('Z', Buffer.from('I'))]);
    await expect(broken).rejects.toThrow('no such value');
    expect((await next).status).toBe('I');
  });

  it('cancels over a connection of its own, and sends nothing before the request has arrived', async () => {
    const { wire, peer, server } = await aWire();
    const received: Buffer[] = [];
    peer.on('data', (chunk: Buffer) => received.push(chunk));
    const sent = (): string => Buffer.concat(received).toString('latin1');
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const first = wire.exchange([queryMessage('guard'), queryMessage('a')], { readies: 2, cancellable: true });
    await wire.cancel();
    deliver(wire, [message('Z', Buffer.from('T'))]);
    const cancelled = wire.cancel();
    const second = wire.exchange([queryMessage('later')]);
    const [socket] = await accepted;
    const [bytes] = (await once(socket, 'data')) as [Buffer];
    expect(bytes).toEqual(cancelRequest(42, -7));
    expect(sent()).not.toContain('later');
    socket.end();
    await cancelled;
    if (!sent().includes('later')) await once(peer, 'data');
    expect(sent()).toContain('later');
    deliver(wire, [message('Z', Buffer.from('T')), message('Z', Buffer.from('T'))]);
    await Promise.all([first, second]);
  });
});
