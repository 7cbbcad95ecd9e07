import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { promisify } from 'node:util';
import type { OracleSettings } from '../../../src/oracle/session/driver';
import { openOracleSource } from '../../../src/oracle/source/oracle-source';
import { aStandin, PASSWORD, type TestStandin } from '../../standin/support/standin';
import { selfSigned } from '../../support/certificate';
import { removeTemporaryFolders, temporaryFolder } from '../../support/temporary-folder';

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

  it('names the SID that the listener does not know', async () => {
    const [host = '', port = ''] = standin.connectString.replace(/\/.*/, '').split(':');
    const at = { user: 'abis', password: PASSWORD, host, port: Number(port) };
    await expect(openOracleSource({ ...at, sid: 'ORCL' })).rejects.toMatchObject({
      code: 'SOURCE_UNREACHABLE',
      message: expect.stringContaining('(SID ORCL)') as string,
      hint: expect.stringContaining('ORACLE_SID') as string,
    });
  });

  it.each([
    [12521, 'INSTANCE_NAME'],
    [12528, 'until it is open'],
    [12519, 'fewer --lanes'],
    [12526, 'RESTRICTED'],
  ])('reports what the listener means by ORA-%d', async (ora, hint) => {
    standin.server.setFaults({ refuseLogins: { ora, times: 1 } });
    const { connectString } = standin;
    await expect(openOracleSource({ user: 'abis', password: PASSWORD, connectString })).rejects.toMatchObject({
      code: 'SOURCE_UNREACHABLE',
      retryable: true,
      hint: expect.stringContaining(hint) as string,
    });
  });

  it('reports a service that the listener does not know', async () => {
    const connectString = standin.connectString.replace(/\/.*/, '/NOWHERE');
    await expect(openOracleSource({ user: 'abis', password: PASSWORD, connectString })).rejects.toMatchObject({
      code: 'SOURCE_UNREACHABLE',
      hint: expect.stringMatching(
        /^Check the service in ORACLE_CONNECT_STRING.* unset ORACLE_CONNECT_STRING and set ORACLE_HOST/,
      ) as string,
    });
  });

  it('reports a host that nobody knows by the setting that it stands in', async () => {
    const at = { user: 'abis', password: PASSWORD };
    const hintAt = async (address: object): Promise<unknown> =>
      openOracleSource({ ...at, ...address }).then(
        () => null,
        (error: unknown) => (error as Error & { hint: string }).hint,
      );
    expect(await hintAt({ connectString: 'nobody.invalid:1521/ABIS' })).toContain(
      'Check the host in ORACLE_CONNECT_STRING',
    );
    expect(await hintAt({ host: 'nobody.invalid', service: 'ABIS' })).toBe('Check ORACLE_HOST.');
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

describe('a listener that speaks TLS', () => {
  const server = createTlsServer(selfSigned('elsewhere'), (socket) => socket.on('error', () => undefined));
  const sockets: Socket[] = [];
  const folder = temporaryFolder({});
  let port: number;
  beforeAll(async () => {
    server.on('tlsClientError', () => undefined);
    server.on('connection', (socket: Socket) => sockets.push(socket));
    port = await listening(server);
  });
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
    removeTemporaryFolders();
  });
  const openedWith = (changes: Partial<OracleSettings>) =>
    openOracleSource({
      ...{ user: 'u', password: 'p', connectTimeoutSeconds: 3 },
      ...{ connectString: `tcps://127.0.0.1:${port}/LEGACY`, ...changes },
    });

  it('with a certificate that nobody signed is refused, with what makes the driver trust it', async () => {
    await expect(openedWith({})).rejects.toMatchObject({
      code: 'SOURCE_TLS_FAILED',
      hint: expect.stringContaining('NODE_EXTRA_CA_CERTS') as string,
    });
  });

  it('with a trusted certificate of another host name is refused as that', async () => {
    const other = selfSigned('elsewhere');
    server.setSecureContext(other);
    const walletDir = temporaryFolder({ 'ewallet.pem': `${other.cert}${other.key}` });
    await expect(openedWith({ walletDir })).rejects.toMatchObject({
      code: 'SOURCE_TLS_FAILED',
      message: expect.stringContaining('another host name') as string,
    });
  });

  it('and a wallet of another kind, or none, are told apart', async () => {
    const { cert } = selfSigned('elsewhere');
    const walletDir = temporaryFolder({ 'ewallet.pem': cert });
    await expect(openedWith({ walletDir })).rejects.toMatchObject({
      code: 'SOURCE_TLS_FAILED',
      hint: expect.stringContaining('private key') as string,
    });
    await expect(openedWith({ walletDir: folder })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('wallet') as string,
    });
  });

  it('is missed where a port speaks no TLS', async () => {
    const plain = createServer((socket) => socket.on('error', () => undefined).end('what?'));
    const connectString = `tcps://127.0.0.1:${await listening(plain)}/LEGACY`;
    await expect(openedWith({ connectString })).rejects.toMatchObject({
      code: 'SOURCE_TLS_FAILED',
      message: expect.stringContaining('does not speak TLS') as string,
    });
    plain.close();
  });
});
