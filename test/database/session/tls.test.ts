import { readFileSync } from 'node:fs';
import { DatabaseError } from 'pg';
import type { EmbeddedPostgres } from '../../../src/demo/embedded-postgres';
import { targetError } from '../../../src/postgres/session/sqlstate';
import { selfSigned } from '../../support/certificate';
import { limitedRole } from '../../support/limited-role';
import { connected, withClient } from '../../support/sql';
import { refusalOf } from '../../support/target-refusal';
import { removeTemporaryFolders, temporaryFolder } from '../../support/temporary-folder';
import { startTestServer } from '../../support/test-server';

let server: EmbeddedPostgres;

beforeAll(async () => {
  server = await startTestServer();
  await presenting('localhost');
});
afterAll(async () => {
  await server.stop();
  removeTemporaryFolders();
});

/** Has the server present a certificate for `host`; resolves to the path of the same. */
async function presenting(host: string, days?: number): Promise<string> {
  const { cert, key } = selfSigned(host, days);
  const client = await connected(server.url);
  for (const [name, text] of [
    ['test.crt', cert],
    ['test.key', key],
  ] as const) {
    const base64 = Buffer.from(text).toString('base64');
    await client.query(`copy (select '${base64}') to program 'base64 -d > ${name} && chmod 600 ${name}'`);
  }
  await client.query(`alter system set ssl_cert_file = 'test.crt'`);
  await client.query(`alter system set ssl_key_file = 'test.key'`);
  await client.query('alter system set ssl = on');
  await client.query('select pg_reload_conf()');
  // The postmaster has read it when a session that it starts afterwards shows it.
  await client.end();
  return `${temporaryFolder({ 'ca.pem': cert })}/ca.pem`;
}

function urlWith(query: string, host = 'localhost'): string {
  const url = new URL(server.url);
  url.hostname = host;
  return `${url.href}?${query}`;
}

describe('a target that speaks TLS', () => {
  it('is reached once its certificate is named as the hint says', async () => {
    const ca = await presenting('localhost');
    expect(await refusalOf(urlWith('sslmode=verify-full'))).toMatchObject({
      code: 'TARGET_TLS_FAILED',
      retryable: false,
      hint: expect.stringContaining('sslmode=verify-full&sslrootcert=') as string,
    });
    expect(await refusalOf(urlWith(`sslmode=verify-full&sslrootcert=${ca}`))).toBeNull();
    expect(await refusalOf(urlWith('sslmode=no-verify'))).toBeNull();
  });

  it('under another name than that of its certificate is refused as that, and reached as the hint says', async () => {
    const ca = await presenting('elsewhere');
    expect(await refusalOf(urlWith(`sslmode=verify-full&sslrootcert=${ca}`))).toMatchObject({
      code: 'TARGET_TLS_FAILED',
      message: expect.stringContaining('another host name') as string,
      hint: expect.stringContaining('uselibpqcompat=true&sslmode=verify-ca&sslrootcert=') as string,
    });
    expect(await refusalOf(urlWith(`uselibpqcompat=true&sslmode=verify-ca&sslrootcert=${ca}`))).toBeNull();
  });

  it('with a certificate that has expired is refused as that', async () => {
    const ca = await presenting('localhost', -1);
    expect(await refusalOf(urlWith(`sslmode=verify-full&sslrootcert=${ca}`))).toMatchObject({
      code: 'TARGET_TLS_FAILED',
      message: expect.stringContaining('expired') as string,
    });
  });

  it('names the file of a certificate that cannot be read, not the URL', async () => {
    expect(await refusalOf(urlWith('sslmode=verify-full&sslrootcert=/nowhere/ca.pem'))).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('/nowhere/ca.pem') as string,
      hint: expect.stringContaining('sslrootcert') as string,
    });
  });
});

describe('a certificate of this side', () => {
  /** Files of a certificate for a name that nobody has signed, of another key, and of no certificate. */
  function filesOf(name: string): string {
    const [{ cert, key }, other] = [selfSigned(name), selfSigned(name)];
    return temporaryFolder({ 'a.crt': cert, 'a.key': key, 'other.key': other.key, 'no.pem': 'none' });
  }

  const withFiles = (folder: string, cert: string, key: string): string =>
    urlWith(`sslmode=no-verify&sslcert=${folder}/${cert}&sslkey=${folder}/${key}`);

  it('that the server does not trust is not looked for in its log', async () => {
    const ca = readFileSync(await presenting('localhost'), 'utf8');
    await withClient(server.url, async (client) => {
      const base64 = Buffer.from(ca).toString('base64');
      await client.query(`copy (select '${base64}') to program 'base64 -d > root.crt'`);
      await client.query(`alter system set ssl_ca_file = 'root.crt'`);
      await client.query('select pg_reload_conf()');
    });
    expect(await refusalOf(withFiles(filesOf('postgres'), 'a.crt', 'a.key'))).toMatchObject({
      code: 'TARGET_LOGIN_REFUSED',
      hint: expect.stringContaining('ssl_ca_file') as string,
    });
  });

  it.each([
    ['with the key of another', 'a.crt', 'other.key'],
    ['that is none', 'no.pem', 'a.key'],
    ['with a key that is none', 'a.crt', 'no.pem'],
  ])('%s is a setting to correct', async (_, cert, key) => {
    expect(await refusalOf(withFiles(filesOf('postgres'), cert, key))).toMatchObject({
      code: 'CONFIG_INVALID',
      hint: expect.stringContaining('sslcert and sslkey') as string,
    });
  });

  it('that is a folder is named as unreadable', async () => {
    expect(await refusalOf(withFiles(filesOf('postgres'), '', 'a.key'))).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('a folder') as string,
    });
  });
});

describe('a target that refuses the connection', () => {
  it('without TLS says so where TLS was asked for', async () => {
    const client = await connected(server.url);
    await client.query('alter system set ssl = off');
    await client.query('select pg_reload_conf()');
    await client.end();
    expect(await refusalOf(urlWith('sslmode=require'))).toMatchObject({
      code: 'TARGET_TLS_FAILED',
      hint: expect.stringContaining('sslmode') as string,
    });
  });

  it('for a user without CONNECT names the grant, which then suffices', async () => {
    const client = await connected(server.url);
    const { pathname } = new URL(server.url);
    const name = `"${pathname.slice(1)}"`;
    const role = await limitedRole(client, server.url, `revoke connect on database ${name} from public`);
    const refusal = await refusalOf(role.url);
    expect(refusal).toMatchObject({ code: 'TARGET_LOGIN_REFUSED', hint: expect.stringContaining('grant ') as string });
    const [grant = ''] = /grant connect .*;/.exec((refusal as { hint: string }).hint) ?? [];
    await client.query(grant);
    expect(await refusalOf(role.url)).toBeNull();
    await role.drop();
    await client.end();
  });

  it.each([
    ['ENOTFOUND', 'host'],
    ['ECONNREFUSED', 'nothing listens'],
    ['ENOENT', 'socket'],
    ['ETIMEDOUT', 'firewalls'],
  ])('by %s says what to look at', (code, word) => {
    const error = targetError(Object.assign(new Error(`connect ${code}`), { code }), 'connecting');
    expect(error).toMatchObject({ code: 'TARGET_UNREACHABLE', hint: expect.stringContaining(word) as string });
  });

  it('because this process may open no more files is not looked for at the server', () => {
    const error = targetError(Object.assign(new Error('connect EMFILE'), { code: 'EMFILE' }), 'connecting');
    expect(error).toMatchObject({ code: 'MACHINE_LIMIT', hint: expect.stringContaining('ulimit') as string });
  });

  it('for want of TLS in pg_hba.conf says how to ask for it', () => {
    const words = 'no pg_hba.conf entry for host "10.0.0.1", user "u", database "d", no encryption';
    const refusal = Object.assign(new DatabaseError(words, 10, 'error'), { code: '28000', severity: 'FATAL' });
    expect(targetError(refusal, 'connecting').hint).toContain('sslmode=verify-full');
  });
});
