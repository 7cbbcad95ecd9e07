import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Client } from 'pg';
import { testClusterUrl } from '../../support/databases';
import { limitedRole } from '../../support/limited-role';
import { connected } from '../../support/sql';
import { refusalOf } from '../../support/target-refusal';
import { removeTemporaryFolders, temporaryFolder } from '../../support/temporary-folder';

const TAKEN_BY_THE_DRIVER = ['PGPASSWORD', 'PGPASSFILE', 'PGPORT'] as const;
const before = TAKEN_BY_THE_DRIVER.map((name) => [name, process.env[name]] as const);

let client: Client;
let role: { readonly url: string; drop(): Promise<unknown> };

beforeAll(async () => {
  client = await connected(testClusterUrl());
  role = await limitedRole(client, testClusterUrl(), '');
});
beforeEach(() => {
  setOnly({ PGPASSFILE: '/nowhere/.pgpass' });
});
afterAll(async () => {
  setOnly(Object.fromEntries(before));
  await role.drop();
  await client.end();
  removeTemporaryFolders();
});

/** What the driver takes from the environment, and nothing else of it. */
function setOnly(environment: Readonly<Record<string, string | undefined>>): void {
  for (const name of TAKEN_BY_THE_DRIVER) {
    const value = environment[name];
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a variable that is there and empty is another matter
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

function roleUrl(change: (url: URL) => void): string {
  const url = new URL(role.url);
  change(url);
  return url.href;
}

const WITHOUT_PASSWORD = (url: URL): void => {
  url.password = '';
};

const like = (words: string): string => expect.stringContaining(words) as string;

describe('a login without a password, where the server asks for one', () => {
  it('is refused as that, with the places where the password may stand', async () => {
    expect(await refusalOf(roleUrl(WITHOUT_PASSWORD))).toMatchObject({
      code: 'TARGET_LOGIN_REFUSED',
      message: like('asks for a password, and none is set'),
      hint: like('set PGPASSWORD, or add a line host:port:database:user:password to ~/.pgpass'),
    });
  });

  it.each([
    ['empty in the URL', (): string => roleUrl(WITHOUT_PASSWORD).replace('@', ':@'), {}],
    ['empty in the query', (): string => `${roleUrl(WITHOUT_PASSWORD)}?password=`, {}],
    ['empty in PGPASSWORD', (): string => roleUrl(WITHOUT_PASSWORD), { PGPASSWORD: '' }],
  ])('is refused so, too, where it is %s', async (_where, url, environment) => {
    setOnly({ PGPASSFILE: '/nowhere/.pgpass', ...environment });
    expect(await refusalOf(url())).toMatchObject({ code: 'TARGET_LOGIN_REFUSED', message: like('none is set') });
  });

  it.each([
    ['PGPASSWORD', (): Record<string, string> => ({ PGPASSWORD: 'limited' })],
    ['~/.pgpass', (): Record<string, string> => ({ PGPASSFILE: passwordFile('limited') })],
  ])('succeeds with that of %s, as the hint says', async (_where, environment) => {
    setOnly(environment());
    expect(await refusalOf(roleUrl(WITHOUT_PASSWORD))).toBeNull();
  });

  it('names where a wrong one was read, if not in the URL', async () => {
    setOnly({ PGPASSFILE: passwordFile('mistaken') });
    expect(await refusalOf(roleUrl(WITHOUT_PASSWORD))).toMatchObject({
      code: 'TARGET_LOGIN_REFUSED',
      hint: like('DATABASE_URL has no password: correct that of PGPASSWORD'),
    });
    const wrong = roleUrl((url) => (url.password = 'mistaken'));
    expect(await refusalOf(wrong)).toMatchObject({ hint: like('Check user and password in DATABASE_URL') });
  });

  /** A line for any server, in a file that only this user may read. */
  function passwordFile(password: string): string {
    const path = join(temporaryFolder({ '.pgpass': `*:*:*:${new URL(role.url).username}:${password}\n` }), '.pgpass');
    chmodSync(path, 0o600);
    return path;
  }
});

/** A message of the server: its letter, its length, a number, and what follows. */
function message(letter: string, code: number | null, text: string): Buffer {
  const rest = Buffer.concat([code === null ? Buffer.alloc(0) : int32(code), Buffer.from(text)]);
  return Buffer.concat([Buffer.from(letter), int32(rest.length + 4), rest]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

const SCRAM = message('R', 10, 'SCRAM-SHA-256\0\0');
const firstOf = (opening: Buffer, iterations: number): Buffer =>
  message('R', 11, `r=${/r=([^,\0]+)/.exec(opening.toString())?.[1] ?? ''}abc,s=QUJD,i=${iterations}`);
const REFUSED = message('E', null, 'SFATAL\0C28P01\0Mempty password returned by client\0\0');

/** What a server says to each message of a login, in turn. */
type Conversation = readonly ((received: Buffer) => Buffer | string)[];

async function refusalBy(conversation: Conversation, query = '', password = ':secret'): Promise<unknown> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const left = [...conversation];
    sockets.add(socket.on('error', () => undefined));
    socket.on('data', (received) => socket.write(left.shift()?.(received) ?? ''));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    return await refusalOf(`postgresql://someone${password}@127.0.0.1:${port}/plant${query}`);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

describe('a login that the driver gives up by itself', () => {
  it.each<[asked: string, answer: Buffer]>([
    ['GSSAPI', message('R', 7, '')],
    ['SSPI', message('R', 9, '')],
    ['Kerberos', message('R', 2, '')],
    ['OAuth', message('R', 10, 'OAUTHBEARER\0\0')],
  ])('is refused, and ends no process, where the server asks for %s', async (_asked, answer) => {
    expect(await refusalBy([() => answer])).toMatchObject({
      code: 'TARGET_LOGIN_REFUSED',
      retryable: false,
      message: like('a way of authentication that the driver does not have'),
      hint: like('pg_hba.conf'),
    });
  });

  it('without a password, as servers do that take it in clear text, is refused as that', async () => {
    expect(await refusalBy([() => message('R', 3, ''), () => REFUSED], '', '')).toMatchObject({
      code: 'TARGET_LOGIN_REFUSED',
      message: like('none is set'),
    });
  });

  it('because of the iterations of the password says how to set it anew', async () => {
    expect(await refusalBy([() => SCRAM, (opening) => firstOf(opening, 200_000)])).toMatchObject({
      code: 'TARGET_LOGIN_REFUSED',
      hint: like('scram_iterations'),
    });
  });

  it('because the other end does not know the password is not looked for in the load', async () => {
    const impostor = [
      () => SCRAM,
      (opening: Buffer) => firstOf(opening, 10),
      () => Buffer.concat([message('R', 12, 'v=QUJD'), message('R', 0, '')]),
    ];
    expect(await refusalBy(impostor)).toMatchObject({ code: 'TARGET_LOGIN_REFUSED', hint: like('host and port') });
  });

  it('because no PostgreSQL answers a request for TLS has host and port checked', async () => {
    expect(await refusalBy([() => 'HTTP/1.1 400 Bad Request\r\n\r\n'], '?sslmode=no-verify')).toMatchObject({
      code: 'TARGET_UNREACHABLE',
      hint: like('host and port'),
    });
  });
});

describe('a setting of the login that cannot be', () => {
  it.each([
    ['sslnegotiation=perhaps', 'sslnegotiation is postgres or direct'],
    ['sslnegotiation=direct&sslmode=disable', 'direct needs sslmode'],
    ['uselibpqcompat=true&sslmode=verify-ca', 'needs sslrootcert'],
    ['port=none', 'port in DATABASE_URL'],
    ['port=70000', 'port in DATABASE_URL'],
    ['options=-c%20no_such_parameter%3D1', 'options in the query of DATABASE_URL'],
  ])('in the URL (%s) is named', async (query, words) => {
    expect(await refusalOf(`${role.url}?${query}`)).toMatchObject({ code: 'CONFIG_INVALID', hint: like(words) });
  });

  it('in the environment is named', async () => {
    setOnly({ PGPORT: 'none' });
    const url = roleUrl((at) => (at.port = ''));
    expect(await refusalOf(url)).toMatchObject({ code: 'CONFIG_INVALID', hint: like('PGPORT') });
  });
});
