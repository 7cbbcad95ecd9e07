import { openSessions } from '../../../../src/oracle/session/sessions';
import type { OracleSettings } from '../../../../src/oracle/session/driver';
import { recordingDriver } from '../../../support/recording-oracle-driver';

const settings: OracleSettings = { user: 'legacy', password: 'tiger', host: 'db', service: 'ABIS' };

describe('openSessions', () => {
  it('hands pool sizes, connect string, timeouts and wallet to the driver', async () => {
    const { driver, calls } = recordingDriver();
    await openSessions(driver, {
      ...settings,
      port: 2484,
      walletDir: '/wallet',
      walletPassword: 'open sesame',
      configDir: '/net',
      poolMax: 4,
      connectTimeoutSeconds: 3,
    });
    const pool = calls.find(({ name }) => name === 'createPool')?.given;
    expect(pool).toMatchObject({
      user: 'legacy',
      password: 'tiger',
      connectString: 'db:2484/ABIS',
      walletLocation: '/wallet',
      walletPassword: 'open sesame',
      configDir: '/net',
      connectTimeout: 3,
      transportConnectTimeout: 3,
      poolMin: 2,
      poolMax: 4,
    });
  });

  it('prefers a connect string over host, port and service', async () => {
    const { driver, calls } = recordingDriver();
    await openSessions(driver, { ...settings, connectString: 'abis_high' });
    expect(calls.find(({ name }) => name === 'createPool')?.given).toMatchObject({ connectString: 'abis_high' });
  });

  it('asks for an instance by its SID where no service is named', async () => {
    const { driver, calls } = recordingDriver();
    await openSessions(driver, { user: 'legacy', password: 'tiger', host: 'db', sid: 'ORCL' });
    expect(calls.find(({ name }) => name === 'createPool')?.given).toMatchObject({
      connectString: '(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=db)(PORT=1521))(CONNECT_DATA=(SID=ORCL)))',
    });
  });

  it('sets up each new session before it is used', async () => {
    const { driver, sent } = recordingDriver();
    const sessions = await openSessions(driver, settings);
    await sessions.use('reading coil', () => Promise.resolve());
    expect(sent.map(({ sql }) => sql)).toEqual([
      `ALTER SESSION SET NLS_DATE_FORMAT='SYYYY-MM-DD HH24:MI:SS' NLS_TIMESTAMP_FORMAT='SYYYY-MM-DD HH24:MI:SS.FF9'` +
        ` NLS_TIMESTAMP_TZ_FORMAT='SYYYY-MM-DD HH24:MI:SS.FF9 TZH:TZM' NLS_NUMERIC_CHARACTERS='.,'` +
        ` NLS_SORT='BINARY' NLS_COMP='BINARY' TIME_ZONE='+00:00'`,
    ]);
  });

  it('fails when a session cannot be set up', async () => {
    const { driver } = recordingDriver(() => {
      throw new Error('ORA-01012: not logged on');
    });
    const sessions = await openSessions(driver, settings);
    await expect(sessions.use('reading coil', () => Promise.resolve())).rejects.toMatchObject({
      code: 'SOURCE_UNREACHABLE',
    });
  });

  it('tells the database what a session does, within 64 bytes', async () => {
    const { driver, connections } = recordingDriver();
    const sessions = await openSessions(driver, settings);
    await sessions.lease(`reading ${'x'.repeat(100)}`);
    expect(connections.at(-1)).toMatchObject({ module: 'cutover', action: `reading ${'x'.repeat(52)}` });
  });

  it('tries one login only before the pool, whose retries would lock the account', async () => {
    const { driver, calls } = recordingDriver(undefined, { getConnection: new Error('ORA-01017: denied') });
    await expect(openSessions(driver, settings)).rejects.toMatchObject({ code: 'SOURCE_LOGIN_REFUSED' });
    expect(calls.map(({ name }) => name)).toEqual(['getConnection']);
  });

  it('says nothing about the password when it fails', async () => {
    const { driver } = recordingDriver(undefined, { getConnection: new Error('ORA-01017: tiger denied') });
    const failure: unknown = await openSessions(driver, settings).catch((error: unknown) => error);
    expect(JSON.stringify([failure, String(failure)])).not.toContain('tiger');
  });

  it.each([
    ['scott/tiger@db:1521/ABIS', '***@db:1521/ABIS'],
    ['scott/ti@ger@abis_high', '***@abis_high'],
    ['db:1521/ABIS?wallet_location=/w&wallet_password=tiger', 'db:1521/ABIS?wallet_location=/w&wallet_password=***'],
    ['tcps://db:1521/ABIS', 'tcps://db:1521/ABIS'],
  ])('hides the password that somebody wrote into the connect string %s', async (connectString, shown) => {
    const { driver } = recordingDriver(undefined, { getConnection: new Error('NJS-503: gone') });
    const failing = openSessions(driver, { ...settings, connectString });
    await expect(failing).rejects.toThrow(`connecting to ${shown}: `);
  });

  it('notices a connection that a firewall has dropped', async () => {
    const { driver, calls } = recordingDriver();
    await openSessions(driver, settings);
    expect(calls.find(({ name }) => name === 'createPool')?.given).toMatchObject({ expireTime: 2 });
  });

  it('does not let the pool hammer a database that went away', async () => {
    const { driver, calls } = recordingDriver(undefined, { 'pool.getConnection': new Error('NJS-503: gone') });
    const sessions = await openSessions(driver, settings);
    await expect(sessions.lease('reading')).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE' });
    expect(calls.at(-1)).toEqual({ name: 'pool.reconfigure', given: { poolMin: 0 } });
  });

  it('gives the session back, also after a failure', async () => {
    const { driver, open } = recordingDriver();
    const sessions = await openSessions(driver, settings);
    const failing = sessions.use('reading', () => Promise.reject(new Error('ORA-00942: no')));
    await expect(failing).rejects.toMatchObject({ code: 'SOURCE_READ_FAILED' });
    expect(open()).toBe(0);
  });

  it('closes the pool without waiting for sessions in use', async () => {
    const { driver, calls } = recordingDriver();
    await (await openSessions(driver, settings)).close();
    expect(calls.at(-1)).toEqual({ name: 'pool.close', given: 0 });
  });
});

describe('Thick mode', () => {
  const thick = { ...settings, clientLibDir: '/client19' };

  it('starts the client library once, before any connection', async () => {
    const { driver, calls } = recordingDriver();
    await openSessions(driver, { ...thick, walletDir: '/wallet' });
    await openSessions(driver, { ...thick, walletDir: '/wallet' });
    expect(calls.filter(({ name }) => name === 'initOracleClient')).toHaveLength(1);
    expect(calls[0]).toEqual({ name: 'initOracleClient', given: { libDir: '/client19', configDir: '/wallet' } });
  });

  it('refuses a second client library in the same process', async () => {
    const { driver } = recordingDriver();
    await openSessions(driver, thick);
    await expect(openSessions(driver, { ...thick, clientLibDir: '/client21' })).rejects.toMatchObject({
      hint: 'Use one ORACLE_CLIENT_LIB_DIR per process.',
    });
  });

  it.each([
    ['DPI-1047: Cannot locate a 64-bit Oracle Client library', 'libclntsh'],
    ['NJS-118: node-oracledb Thick mode cannot be used', 'before the command starts'],
  ])('explains %s', async (message, hint) => {
    const { driver } = recordingDriver(undefined, { initOracleClient: new Error(message) });
    const failure = (await openSessions(driver, thick).catch((error: unknown) => error)) as { hint: string };
    expect(failure.hint).toContain(hint);
  });
});
