import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openOracleSource } from '../../../src/oracle/source/oracle-source';
import { aStandin, PASSWORD, type TestStandin } from '../../standin/support/standin';

const CHILD = join(__dirname, '../../support/open-oracle-child.ts');
const SECONDS = 5;

/** Runs the failing connect in a process of its own; its time is that of the attempt plus the compiler's. */
async function connectInChild(connectString: string): Promise<string> {
  const run = promisify(execFile);
  const node = ['-r', require.resolve('@swc-node/register'), CHILD, connectString];
  const { stdout } = await run(process.execPath, node, { timeout: (SECONDS + 5) * 1_000 });
  return stdout;
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

describe('a failed connection', () => {
  it('lets the process end by itself when nobody listens', async () => {
    const server = createServer();
    const port = await listening(server);
    server.close();
    await once(server, 'close');
    expect(await connectInChild(`127.0.0.1:${port}/ABIS`)).toBe('SOURCE_UNREACHABLE');
  });

  it('lets the process end by itself when the server never answers', async () => {
    const sockets: { destroy(): void }[] = [];
    const server = createServer((socket) => sockets.push(socket.on('error', () => undefined)));
    const port = await listening(server);
    expect(await connectInChild(`127.0.0.1:${port}/ABIS`)).toBe('SOURCE_UNREACHABLE');
    for (const socket of sockets) socket.destroy();
    server.close();
  });
});

describe('openOracleSource', () => {
  let standin: TestStandin;
  beforeAll(async () => {
    standin = await aStandin();
  });
  afterAll(() => standin.stop());

  it('reports a wrong password as a refused login', async () => {
    const { connectString } = standin;
    await expect(openOracleSource({ user: 'abis', password: 'wrong', connectString })).rejects.toMatchObject({
      code: 'SOURCE_LOGIN_REFUSED',
    });
  });

  it('reports a service that the listener does not know', async () => {
    const connectString = standin.connectString.replace(/\/.*/, '/NOWHERE');
    await expect(openOracleSource({ user: 'abis', password: PASSWORD, connectString })).rejects.toMatchObject({
      code: 'SOURCE_UNREACHABLE',
      hint: expect.stringContaining('ORACLE_SERVICE') as string,
    });
  });
});

describe('a server older than 12.1', () => {
  it('is answered with the fix: Thick mode and Instant Client 19', async () => {
    const standin = await aStandin({ release: '11.2' });
    const { connectString } = standin;
    await expect(openOracleSource({ user: 'abis', password: PASSWORD, connectString })).rejects.toMatchObject({
      code: 'SOURCE_UNREACHABLE',
      hint: expect.stringContaining('Instant Client 19') as string,
    });
    await standin.stop();
  });
});
