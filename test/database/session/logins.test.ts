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
/** What a server says that refuses a login; how bad it is, it says in its own language. */
const refusing = (state: string, words: string, severity = 'FATAL'): Buffer =>
  message('E', null, `S${severity}\0VFATAL\0C${state}\0M${words}\0\0`);
const REFUSED = refusing('28P01', 'empty password returned by client');

/** What a server says to each message of a login, in turn. */
type Conversation = readonly ((received: Buffer) => Buffer | string)[];

async function refusalBy(conversation: Conversation, query = '', login = 'someone:secret'): Promise<unknown> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const left = [...conversation];
    sockets.add(socket.on('error', () => undefined));
    socket.on('data', (received) => socket.write(left.shift()?.(received) ?? ''));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    return await refusalOf(`postgresql://${login}@127.0.0.1:${port}/plant${query}`);
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
    expect(await refusalBy([() => message('R', 3, ''), () => REFUSED], '', 'someone')).toMatchObject({
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

describe('a login that the server refuses', () => {
  it.each([
    ['28P01', 'неверный пароль', 'TARGET_LOGIN_REFUSED', 'add a line host:port:database:user:password'],
    ['42501', 'доступ к базе "plant" запрещён', 'TARGET_LOGIN_REFUSED', 'grant connect on database "plant"'],
    ['42501', 'нет прав для изменения параметра "log_statement"', 'CONFIG_INVALID', 'PGOPTIONS'],
    ['42704', 'нераспознанный параметр "x"', 'CONFIG_INVALID', 'PGOPTIONS'],
  ])('with %s in another language (%s) is known all the same', async (state, words, code, hint) => {
    const refusal = await refusalBy([() => message('R', 3, ''), () => refusing(state, words, 'ВАЖНО')], '', 'someone');
    expect(refusal).toMatchObject({ code, hint: like(hint), cause: { message: words } });
  });

  it.each([
    ['some@one:secret', 'Check user and password in DATABASE_URL'],
    ['someone:@secret', 'Check user and password in DATABASE_URL'],
    ['some@one', 'DATABASE_URL has no password'],
  ])('although the URL has an @ that it should not have (%s) is asked for the right password', async (login, hint) => {
    setOnly({ PGPASSWORD: 'mistaken' });
    const refusal = await refusalBy([() => message('R', 3, ''), () => REFUSED], '', login);
    expect(refusal).toMatchObject({ code: 'TARGET_LOGIN_REFUSED', hint: like(hint) });
  });

  it.each([
    ['55000', 'database "plant" is not currently accepting connections', 'TARGET_LOGIN_REFUSED', 'allow_connections'],
    ['55P02', 'parameter "shared_buffers" cannot be changed', 'CONFIG_INVALID', 'PGOPTIONS'],
    ['42601', 'invalid command-line argument for server process: -z', 'CONFIG_INVALID', 'PGOPTIONS'],
    ['22023', 'invalid value for parameter "work_mem": "x"', 'CONFIG_INVALID', 'PGOPTIONS'],
    ['08P01', 'no such database: plant', 'TARGET_UNREACHABLE', 'PgBouncer'],
    ['0A000', 'unsupported frontend protocol', 'TARGET_LOGIN_REFUSED', 'log of the target server'],
    ['53300', 'too many connections for role "someone"', 'TARGET_UNREACHABLE', 'alter role … connection limit'],
    ['28000', 'connection requires a valid client certificate', 'TARGET_LOGIN_REFUSED', 'sslcert='],
    ['57P03', 'the database system is starting up', 'TARGET_UNREACHABLE', 'Wait until the target server has started'],
  ])('with %s (%s) names no table, and has the cause', async (state, words, code, hint) => {
    expect(await refusalBy([() => refusing(state, words)])).toMatchObject({
      code,
      hint: like(hint),
      cause: { message: words },
    });
  });

  it('by a trigger of its own does not quote the trigger', async () => {
    const refusal = await refusalBy([() => refusing('P0001', 'row of somebody')]);
    expect(refusal).toMatchObject({ code: 'TARGET_LOGIN_REFUSED', hint: like('trigger'), cause: undefined });
  });
});

describe('what listens there and is no PostgreSQL', () => {
  it('is named as that where its answer cannot be read', async () => {
    const answer = Buffer.from('4a0000000a382e302e33360008000000', 'hex');
    expect(await refusalBy([() => answer])).toMatchObject({ code: 'TARGET_UNREACHABLE', hint: like('host and port') });
  });

  it('is not called silent where it has answered', async () => {
    expect(await refusalBy([() => 'HTTP/1.1 400 Bad Request\r\n\r\n'])).toMatchObject({
      code: 'TARGET_UNREACHABLE',
      message: like('did not end the login in time'),
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
    ['options=-c%20no_such_parameter%3D1', 'in the query of DATABASE_URL (options'],
  ])('in the URL (%s) is named', async (query, words) => {
    expect(await refusalOf(`${role.url}?${query}`)).toMatchObject({ code: 'CONFIG_INVALID', hint: like(words) });
  });

  it('in the environment is named', async () => {
    setOnly({ PGPORT: 'none' });
    const url = roleUrl((at) => (at.port = ''));
    expect(await refusalOf(url)).toMatchObject({ code: 'CONFIG_INVALID', hint: like('PGPORT') });
  });
});
