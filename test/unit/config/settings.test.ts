import fc from 'fast-check';
import { Client } from 'pg';
import { readSettings, readTargetSettings, type SettingsInput } from '../../../src/config/settings';
import { temporaryFolder, removeTemporaryFolders } from '../../support/temporary-folder';
import { secretsOf } from '../../../src/config/redact';
import { addDotEnv } from '../../../src/config/environment';
import type { MigrationError } from '../../../src/core/errors';

const COMPLETE = {
  ORACLE_USER: 'app',
  ORACLE_PASSWORD: 'planted-secret',
  ORACLE_HOST: 'legacy',
  ORACLE_SERVICE: 'PLANT',
  DATABASE_URL: 'postgres://u:planted-secret@target/plant',
};

const BY_CONNECT_STRING = {
  ORACLE_USER: 'app',
  ORACLE_PASSWORD: 'planted-secret',
  ORACLE_CONNECT_STRING: 'legacy/PLANT',
  DATABASE_URL: COMPLETE.DATABASE_URL,
};

function read(environment: Record<string, string>, rest: Partial<SettingsInput> = {}) {
  return readSettings({ environment, config: {}, askSecret: () => Promise.resolve(null), ...rest });
}

async function refusal(environment: Record<string, string>): Promise<MigrationError> {
  return read(environment).then(
    () => Promise.reject(new Error('was accepted')),
    (error: unknown) => error as MigrationError,
  );
}

afterAll(removeTemporaryFolders);

describe('readSettings', () => {
  it('makes the passwords known that a config file gave or somebody typed, also where it refuses', async () => {
    const environment = { ORACLE_USER: 'app', ORACLE_HOST: 'legacy', ORACLE_SERVICE: 'PLANT' };
    const walletDir = temporaryFolder({ 'ewallet.pem': '' });
    const config = {
      source: { walletDir, walletPassword: 'wallet-secret' },
      target: { url: 'postgres://u:url-secret@target/plant' },
    };
    await read(environment, { config, askSecret: () => Promise.resolve('typed-secret') });
    expect(secretsOf(environment)).toEqual(['wallet-secret', 'typed-secret', 'url-secret']);
    const incomplete = {};
    await expect(read(incomplete, { config: { source: { password: 'config-secret' } } })).rejects.toThrow();
    expect(secretsOf(incomplete)).toEqual(['config-secret']);
  });

  it('fills what is absent with defaults and nulls', async () => {
    expect(await read(COMPLETE)).toEqual({
      source: {
        user: 'app',
        password: 'planted-secret',
        host: 'legacy',
        port: 1521,
        service: 'PLANT',
        sid: null,
        connectString: null,
        clientLibDir: null,
        walletDir: null,
        walletPassword: null,
      },
      target: { url: COMPLETE.DATABASE_URL },
    });
  });

  it('takes a SID in place of a service, and refuses what is none', async () => {
    const bySid = { ...COMPLETE, ORACLE_SERVICE: '', ORACLE_SID: 'ORCL' };
    expect((await read(bySid)).source).toMatchObject({ sid: 'ORCL', service: null });
    expect(Object.keys((await refusal({ ...bySid, ORACLE_SID: 'O)(HOST=x' })).facts)).toEqual(['ORACLE_SID']);
    expect((await refusal({ ...bySid, ORACLE_SID: '' })).hint).toContain('ORACLE_SID');
  });

  it('takes the password of the legacy database as it is', async () => {
    const password = `?%41@/#'" p\\`;
    expect((await read({ ...COMPLETE, ORACLE_PASSWORD: password })).source.password).toBe(password);
  });

  it('takes ORACLE_SERVICE_NAME for ORACLE_SERVICE', async () => {
    expect((await read({ ...COMPLETE, ORACLE_SERVICE: '', ORACLE_SERVICE_NAME: 'PLANT' })).source.service).toBe(
      'PLANT',
    );
  });

  it('needs neither host nor service beside a connect string', async () => {
    const others = { ...COMPLETE, ORACLE_HOST: '', ORACLE_SERVICE: '' };
    expect((await read({ ...others, ORACLE_CONNECT_STRING: 'legacy/PLANT' })).source).toMatchObject({
      connectString: 'legacy/PLANT',
      host: null,
    });
  });

  it('prefers the environment to the config file', async () => {
    const config = { source: { user: 'other', port: 1600 }, target: { url: 'postgres://elsewhere/x' } };
    const { source, target } = await read(COMPLETE, { config });
    expect([source.user, source.port, target.url]).toEqual(['app', 1600, COMPLETE.DATABASE_URL]);
  });

  it.each([
    ['ORACLE_HOST', 'elsewhere'],
    ['ORACLE_PORT', '1600'],
    ['ORACLE_PORT', 'none'],
    ['ORACLE_SERVICE', 'PLANT'],
    ['ORACLE_SERVICE_NAME', 'PLANT'],
    ['ORACLE_SID', 'ORCL'],
  ])('ignores no %s beside a connect string, but says that only one of the two can be meant', async (name, value) => {
    const error = await refusal({ ...BY_CONNECT_STRING, [name]: value });
    expect(error.code).toBe('CONFIG_INVALID');
    expect(Object.keys(error.facts)).toEqual([name]);
    expect(error.hint).toContain(`${name} is set beside ORACLE_CONNECT_STRING, which alone would count`);
  });

  it('takes the port that .env.example has filled in beside a connect string', async () => {
    const { source } = await read({ ...BY_CONNECT_STRING, ORACLE_PORT: '1521' });
    expect(source.connectString).toBe('legacy/PLANT');
  });

  it('refuses a host that the config file has beside a connect string of its own', async () => {
    const { ORACLE_CONNECT_STRING: connectString, ...rest } = BY_CONNECT_STRING;
    await expect(read(rest, { config: { source: { host: 'elsewhere', connectString } } })).rejects.toMatchObject({
      facts: { ORACLE_HOST: expect.stringContaining('ORACLE_CONNECT_STRING') as string },
    });
  });

  it('takes the address of the environment as a whole, however the config file words its own', async () => {
    const address = async (environment: Record<string, string>, source: object) => {
      const rest = { ...BY_CONNECT_STRING, ORACLE_CONNECT_STRING: '' };
      const { host, service, sid, connectString } = (await read({ ...rest, ...environment }, { config: { source } }))
        .source;
      return { host, service, sid, connectString };
    };
    const none = { host: null, service: null, sid: null, connectString: null };
    const parts = { host: 'old', port: 1600, service: 'OLD' };
    expect(await address({ ORACLE_CONNECT_STRING: 'new/NEW' }, parts)).toEqual({ ...none, connectString: 'new/NEW' });
    const connectString = 'old/OLD';
    const byService = { ORACLE_HOST: 'new', ORACLE_SERVICE: 'NEW' };
    expect(await address(byService, { connectString })).toEqual({ ...none, host: 'new', service: 'NEW' });
    expect(await address({ ORACLE_SID: 'NEW' }, parts)).toEqual({ ...none, host: 'old', sid: 'NEW' });
    expect(await address({ ORACLE_SERVICE_NAME: 'NEW' }, { host: 'old', sid: 'OLD' })).toEqual({
      ...{ ...none, host: 'old', service: 'NEW' },
    });
  });

  it('reports every fault at once', async () => {
    const error = await refusal({
      ORACLE_PORT: '0',
      ORACLE_WALLET_PASSWORD: 'planted-secret',
      DATABASE_URL: 'mysql://x',
    });
    expect(error.code).toBe('CONFIG_INVALID');
    expect(Object.keys(error.facts).sort()).toEqual([
      'DATABASE_URL',
      'ORACLE_HOST',
      'ORACLE_PASSWORD',
      'ORACLE_PORT',
      'ORACLE_SERVICE',
      'ORACLE_USER',
      'ORACLE_WALLET_DIR',
    ]);
    for (const name of Object.keys(error.facts)) expect(error.hint).toContain(name);
  });

  it.each([
    ['a URL whose password is not escaped', { DATABASE_URL: 'postgres://u:planted-secret/#@h:x/d' }],
    ['a URL without a database', { DATABASE_URL: 'postgres://u:planted-secret@h' }],
    ['a port that is none', { ORACLE_PORT: 'planted-secret' }],
    ['a service of one letter', { ORACLE_SERVICE: 'X' }],
    ['two services', { ORACLE_SERVICE_NAME: 'planted-secret' }],
    ['a service and a SID', { ORACLE_SID: 'PLANT' }],
    ['a wallet that is not there', { ORACLE_WALLET_DIR: '/planted-secret' }],
  ])('refuses %s without repeating it', async (_case, wrong) => {
    const error = await refusal({ ...COMPLETE, ...wrong });
    expect(JSON.stringify([error.message, error.hint, error.facts])).not.toContain('planted-secret');
  });

  it('asks for a missing password, once everything else is right', async () => {
    const others = { ...COMPLETE, ORACLE_PASSWORD: '' };
    const asked: string[] = [];
    const askSecret = (question: string) => Promise.resolve(asked.push(question) > 0 ? 'typed' : null);
    expect((await read(others, { askSecret })).source.password).toBe('typed');
    await expect(read({}, { askSecret })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(asked).toHaveLength(1);
  });

  it('refuses a missing password where nobody can be asked', async () => {
    const others = { ...COMPLETE, ORACLE_PASSWORD: '' };
    expect((await refusal(others)).facts).toEqual({ ORACLE_PASSWORD: expect.stringContaining('terminal') as string });
  });

  it('says what is the matter with a password that was asked for and not typed, or not asked for yet', async () => {
    const others = { ...COMPLETE, ORACLE_PASSWORD: '' };
    await expect(read(others, { askSecret: () => Promise.resolve('') })).rejects.toMatchObject({
      facts: { ORACLE_PASSWORD: 'is missing, and none was typed' },
    });
    expect((await refusal({ ...others, ORACLE_USER: '' })).facts).toMatchObject({ ORACLE_PASSWORD: 'is missing' });
  });
});

describe('readTargetSettings', () => {
  it('asks nothing about the source', () => {
    expect(readTargetSettings({ environment: { DATABASE_URL: 'postgres://h/d' }, config: {} })).toEqual({
      url: 'postgres://h/d',
    });
  });
});

describe('the URL of the target', () => {
  const faultOf = (url: string): unknown => {
    try {
      readTargetSettings({ environment: { DATABASE_URL: url }, config: {} });
      return null;
    } catch (error) {
      return (error as MigrationError).facts['DATABASE_URL'];
    }
  };

  it.each(['?', '%', '#', '/', '%zz', '12?', '12#', '12/', 'a%', ' ', '?%', 'x@y/z', '%2F%', '1%4'])(
    'with the password %j, not escaped, is refused with the escapes to write',
    (password) => {
      for (const url of [`postgres://u:${password}@h/d`, `postgres://u:${password}@h/d?sslmode=require`]) {
        expect(faultOf(url)).toMatch(/%25|%20/);
      }
    },
  );

  it('is read by the driver as it was meant, whatever the password, once it is escaped', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (password) => {
        const url = `postgres://u:${encodeURIComponent(password)}@h:5433/d?application_name=a%40b`;
        expect(faultOf(url)).toBeNull();
        expect(new Client({ connectionString: url })).toMatchObject({ host: 'h', database: 'd', password });
      }),
      { seed: 10 },
    );
  });

  it('that is accepted without escapes gives the driver the very password', () => {
    const characters = fc.constantFrom(...Array.from('aZ09?%#/@: !$&*+,;=~^\\'));
    fc.assert(
      fc.property(fc.string({ unit: characters, minLength: 1, maxLength: 6 }), (password) => {
        const url = `postgres://u:${password}@h:5433/d`;
        if (faultOf(url) !== null) return;
        const given = new Client({ connectionString: url });
        const meant = decodeURIComponent(password);
        expect({ host: given.host, database: given.database, password: given.password }).toEqual({
          ...{ host: 'h', database: 'd', password: meant },
        });
      }),
      { seed: 10, numRuns: 2_000 },
    );
  });

  it('names a certificate that cannot be read', () => {
    const folder = temporaryFolder({ 'ca.pem': '' });
    expect(faultOf(`postgres://u@h/d?sslmode=verify-full&sslrootcert=${folder}/none.pem`)).toContain('sslrootcert');
    expect(faultOf(`postgres://u@h/d?sslmode=verify-full&sslrootcert=${folder}/ca.pem`)).toBeNull();
  });

  it('may name the folder of a socket in place of a host', () => {
    expect(faultOf('postgres://u:p@/d?host=/var/run/postgresql')).toBeNull();
    expect(faultOf('postgres:///d?host=/var/run/postgresql')).toBeNull();
  });
});

describe('addDotEnv', () => {
  it.each(['ORACLE_PASSWORD=ab#c', 'DATABASE_URL=postgres://u:a#b@h/d', 'export ORACLE_PASSWORD = a#b # mine'])(
    'refuses a value of which dotenv would take the end for a comment: %s',
    (line) => {
      const folder = temporaryFolder({ '.env': `ORACLE_USER=app\n${line}\n` });
      const refused = expect.objectContaining({
        code: 'CONFIG_INVALID',
        hint: expect.stringContaining('quotes') as string,
      }) as Error;
      expect(() => {
        addDotEnv({}, folder);
      }).toThrow(refused);
    },
  );

  it('reads quoted values whole, and leaves alone comments and what the environment has already', () => {
    const text = `ORACLE_PASSWORD='a#b?%41'\nORACLE_HOST=db # no. #3\nORACLE_USER=x#y\nOTHER=a#b\n`;
    const environment: Record<string, string> = { ORACLE_USER: 'app' };
    addDotEnv(environment, temporaryFolder({ '.env': text }));
    expect(environment).toMatchObject({ ORACLE_PASSWORD: 'a#b?%41', ORACLE_HOST: 'db', ORACLE_USER: 'app' });
  });

  it('adds what the environment lacks and never overrides it', () => {
    const folder = temporaryFolder({ '.env': 'ORACLE_USER=file\nORACLE_HOST="legacy"\n' });
    const environment = { ORACLE_USER: 'real' };
    addDotEnv(environment, folder);
    expect(environment).toEqual({ ORACLE_USER: 'real', ORACLE_HOST: 'legacy' });
  });
});
