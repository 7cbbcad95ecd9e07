import { MigrationError } from '../../../../src/core/errors';
import { errorNumber, isOracleError, oracleError } from '../../../../src/oracle/session/ora-errors';
import { CONNECTING } from '../../../../src/oracle/session/meanings/connecting';
import { READING } from '../../../../src/oracle/session/meanings/reading';
import { TLS } from '../../../../src/oracle/session/meanings/tls';

describe('oracleError', () => {
  it.each([
    ['ORA-01017: invalid username/password; logon denied', 'SOURCE_LOGIN_REFUSED', 'ORACLE_PASSWORD'],
    ['ORA-28000: the account is locked', 'SOURCE_LOGIN_REFUSED', 'UNLOCK'],
    ['ORA-28001: the password has expired', 'SOURCE_LOGIN_REFUSED', 'IDENTIFIED BY'],
    [
      'NJS-518: cannot connect to Oracle Database. Service "x" is not registered',
      'SOURCE_UNREACHABLE',
      'ORACLE_SERVICE',
    ],
    [
      'NJS-511: connection to listener at host h port 1521 was refused.\nCause: ORA-12514',
      'SOURCE_UNREACHABLE',
      'SERVICE',
    ],
    [
      'NJS-503: connection to host h port 1 could not be established.\nECONNREFUSED',
      'SOURCE_UNREACHABLE',
      'ORACLE_PORT',
    ],
    ['NJS-510: connection to host h port 1 timed out.', 'SOURCE_UNREACHABLE', 'firewall'],
    [
      'NJS-138: connections to this database server version are not supported',
      'SOURCE_UNREACHABLE',
      'Instant Client 19',
    ],
    ['NJS-116: password verifier type 0x939 is not supported', 'SOURCE_UNREACHABLE', 'ORACLE_CLIENT_LIB_DIR'],
    ['DPI-1047: Cannot locate a 64-bit Oracle Client library', 'SOURCE_UNREACHABLE', 'libclntsh'],
    [
      'NJS-500: connection to Oracle Database was closed or broken\nORA-03113: end-of-file',
      'SOURCE_UNREACHABLE',
      'answers',
    ],
    ['ORA-03114: not connected to ORACLE', 'SOURCE_UNREACHABLE', 'answers'],
    ['ORA-00942: table or view does not exist', 'SOURCE_READ_FAILED', 'SELECT'],
    ['ORA-01031: insufficient privileges', 'SOURCE_READ_FAILED', 'FLASHBACK'],
    ['ORA-01555: snapshot too old', 'SNAPSHOT_LOST', 'UNDO_RETENTION'],
    ['ORA-22924: snapshot too old', 'SNAPSHOT_LOST', 'PCTVERSION'],
    ['ORA-08181: specified number is not a valid system change number', 'SNAPSHOT_LOST', '--restart'],
    ['ORA-01466: unable to read data - table definition has changed', 'SOURCE_READ_FAILED', '--resume --new-snapshot'],
    ['ORA-12801: error signaled in parallel query server P001\nORA-01555: snapshot too old', 'SNAPSHOT_LOST', 'UNDO'],
    [
      'NJS-515: error in Easy Connect connection string: unable to parse, invalid syntax: h/p@x',
      'CONFIG_INVALID',
      'host:port',
    ],
    ['NJS-514: syntax error in connection string', 'CONFIG_INVALID', 'ORACLE_CONNECT_STRING'],
    ['NJS-512: invalid connection string parameters.', 'CONFIG_INVALID', 'ORACLE_CONNECT_STRING'],
    ['NJS-125: "connectString" cannot be empty or undefined', 'CONFIG_INVALID', 'ORACLE_SERVICE'],
    ['NJS-516: no configuration directory set', 'CONFIG_INVALID', 'TNS_ADMIN'],
    ['NJS-517: cannot connect to Oracle Database. Unable to find "X" in "Y"', 'CONFIG_INVALID', 'TNS_ADMIN'],
    ['NJS-520: File tnsnames.ora not found in /x', 'CONFIG_INVALID', 'TNS_ADMIN'],
    ['ORA-12154: TNS:could not resolve the connect identifier specified', 'CONFIG_INVALID', 'TNS_ADMIN'],
    ['ORA-12504: TNS:listener was not given the SERVICE_NAME', 'CONFIG_INVALID', 'service'],
    ['NJS-101: no credentials specified', 'SOURCE_LOGIN_REFUSED', 'ORACLE_PASSWORD'],
    ['ORA-01005: null password given; logon denied', 'SOURCE_LOGIN_REFUSED', 'ORACLE_PASSWORD'],
    [
      'NJS-532: Advanced Networking Option status failure for Authentication',
      'SOURCE_UNREACHABLE',
      'Instant Client 19',
    ],
    ['NJS-533: Advanced Networking Option service negotiation failed.', 'SOURCE_UNREACHABLE', 'Instant Client 19'],
    ['NJS-529: Invalid wallet content format. Supported format is PEM', 'SOURCE_TLS_FAILED', 'ewallet.pem'],
    ['NJS-519: cannot connect to Oracle Database. SID "x" is not registered', 'SOURCE_UNREACHABLE', 'ORACLE_SID'],
    [
      'NJS-511: connection to listener at host h port 1521 was refused.\nCause: ORA-12521',
      'SOURCE_UNREACHABLE',
      'INSTANCE_NAME',
    ],
    [
      'NJS-511: connection to listener at host h port 1521 was refused.\nCause: ORA-12528',
      'SOURCE_UNREACHABLE',
      'until it is open',
    ],
    [
      'NJS-511: connection to listener at host h port 1521 was refused.\nCause: ORA-12519',
      'SOURCE_UNREACHABLE',
      '--lanes',
    ],
    ['ORA-01109: database not open', 'SOURCE_UNREACHABLE', 'open_mode'],
    ['ORA-12592: TNS:bad packet', 'SOURCE_UNREACHABLE', 'check --connections'],
    ['ORA-25408: can not safely replay call', 'SOURCE_UNREACHABLE', 'check --connections'],
    ['NJS-500: connection was closed or broken\nORA-00600: internal error code', 'SOURCE_UNREACHABLE', 'answers'],
    ['NJS-100: national character set id 871 is not supported', 'SOURCE_READ_FAILED', 'Instant Client 19'],
    ['NJS-192: Character set id 1 is not supported', 'SOURCE_UNREACHABLE', 'Instant Client 19'],
    ['ORA-22922: nonexistent LOB value', 'SOURCE_READ_FAILED', '--resume'],
    ['ORA-01652: unable to extend temp segment by 128 in tablespace TEMP', 'SOURCE_READ_FAILED', 'V$TEMPSEG_USAGE'],
    ['ORA-01877: string is too long for internal buffer', 'SOURCE_READ_FAILED', 'dump(COLUMN)'],
    ['ORA-28040: No matching authentication protocol', 'SOURCE_LOGIN_REFUSED', 'ALLOWED_LOGON_VERSION_SERVER'],
    ['NJS-503: connection to host h port 1 could not be established.\nconnect EMFILE h', 'MACHINE_LIMIT', 'ulimit -n'],
    ['ORA-65535: something new', 'SOURCE_READ_FAILED', 'ora-65535'],
    ['NJS-106: something new', 'SOURCE_READ_FAILED', 'node-oracledb'],
  ])('gives %p its code and a hint', (message, code, hint) => {
    const error = oracleError(new Error(message), 'reading coil');
    expect(error.code).toBe(code);
    expect(error.hint).toContain(hint);
    expect(error.message).toMatch(/^reading coil: /);
  });

  it.each(Object.entries(CONNECTING))(
    'names of the settings of the address only those that %s was met with, where a connect string gives it',
    (number) => {
      const named = (connectString?: string): string[] => {
        const { hint = '' } = oracleError(new Error(`${number}: x`), 'x', { ...(connectString && { connectString }) });
        const first = hint.replace(/unset (?:it|ORACLE_CONNECT_STRING) and set .*/, '');
        return first.match(/ORACLE_(?:HOST|PORT|SERVICE|SID|CONNECT_STRING)/g) ?? [];
      };
      const byConnectString = named('legacy/PLANT');
      expect(byConnectString.filter((name) => name !== 'ORACLE_CONNECT_STRING')).toEqual([]);
      if (named().length > 0) expect(byConnectString).not.toEqual([]);
    },
  );

  it('lets a lost connection be tried again, and nothing that would fail again', () => {
    expect(oracleError(new Error('ORA-03113: end-of-file on communication channel'), 'x').retryable).toBe(true);
    expect(oracleError(new Error('ORA-01555: snapshot too old'), 'x').retryable).toBe(false);
  });

  it.each(['ORA-01090', 'ORA-01092', 'ORA-12518', 'ORA-12519', 'ORA-12528', 'ORA-12570', 'ORA-12571'])(
    'waits for a database that is restarted, though it says so by %s',
    (number) => {
      expect(oracleError(new Error(`${number}: words`), 'x')).toMatchObject({ code: 'SOURCE_UNREACHABLE' });
    },
  );

  it.each([
    ['self-signed certificate', 'NODE_EXTRA_CA_CERTS'],
    ['unable to verify the first certificate', 'NODE_EXTRA_CA_CERTS'],
    ['certificate has expired', 'renew'],
    ['error:0A00010B:SSL routines:ssl3_get_record:wrong version number', 'TCPS port'],
    ['NJS-508: TLS detected an invalid certificate. db not present in certificate', 'as the certificate has it'],
    ['NJS-507: TLS detected an invalid certificate. Server DN does not match', 'SSL_SERVER_CERT_DN'],
  ])('tells why a TLS handshake failed, which no retry mends: %s', (reason, hint) => {
    const error = oracleError(new Error(`NJS-506: connection to host db encountered TLS failure.\n${reason}`), 'x');
    expect(error).toMatchObject({ code: 'SOURCE_TLS_FAILED', retryable: false });
    expect(error.hint).toContain(hint);
  });

  it('tries again where the connection broke off during the TLS handshake', () => {
    const reason = 'Client network socket disconnected before secure TLS connection was established';
    expect(oracleError(new Error(`NJS-506: TLS handshake failure.\n${reason}`), 'x').retryable).toBe(true);
  });

  it('names the wallet, not the connect string, where ewallet.pem is missing', () => {
    const text = "NJS-512: invalid connection string parameters.\nENOENT: no such file, open '/w/ewallet.pem'";
    expect(oracleError(new Error(text), 'x')).toMatchObject({
      code: 'CONFIG_INVALID',
      hint: expect.stringContaining('ORACLE_WALLET_DIR') as string,
    });
  });

  it.each(Object.entries({ ...CONNECTING, ...TLS, ...READING }))('says of %s what to do next', (_, { hint }) => {
    expect(hint).toMatch(/^[A-Z`e].{15,}\.$/s);
  });

  it('never repeats a message that may quote a row, nor carries the driver error along', () => {
    const error = oracleError(new Error('ORA-20001: bad customer Miller, born 1970'), 'reading customer');
    expect(JSON.stringify([error.message, error.hint, error.facts])).not.toContain('Miller');
    expect(error.cause).toBeUndefined();
    expect(error.message).toContain('ORA-20001');
  });

  it('repeats nothing of a connect string that cannot be read', () => {
    const error = oracleError(new Error('NJS-515: error in Easy Connect connection string: x: scott/tiger@h'), 'x');
    expect(error.message).not.toContain('tiger');
    expect(error.retryable).toBe(false);
  });

  it('shows which identifier a condition got wrong', () => {
    const error = oracleError(
      new Error('ORA-00904: "SHIPED": invalid identifier\nHelp: https://…'),
      'reading shipment',
    );
    expect(error.message).toBe(
      'reading shipment: a column or function is not known (ORA-00904: "SHIPED": invalid identifier)',
    );
  });

  it('names a LONG that is too long for a text of Node', () => {
    const tooLong = Object.assign(new Error('Cannot create a string'), { code: 'ERR_STRING_TOO_LONG' });
    const error = oracleError(tooLong, 'reading memo');
    expect(error).toMatchObject({ code: 'SOURCE_READ_FAILED' });
    expect(error.message).toBe('reading memo: a value of a LONG is longer than any text of Node');
    expect(error.hint).toContain('TO_LOB');
  });

  it('hands on an error that has its code already', () => {
    const coded = new MigrationError('SNAPSHOT_LOST', 'gone');
    expect(oracleError(coded, 'reading coil')).toBe(coded);
  });
});

describe('isOracleError', () => {
  it('knows the number before and after translation', () => {
    const raw = new Error('ORA-00942: table or view does not exist');
    expect(isOracleError(raw, 'ORA-00942')).toBe(true);
    expect(isOracleError(oracleError(raw, 'x'), 'ORA-00942', 'ORA-01031')).toBe(true);
    expect(isOracleError(new Error('out of memory'), 'ORA-00942')).toBe(false);
    expect(errorNumber('ORA-00942')).toBeNull();
  });
});
