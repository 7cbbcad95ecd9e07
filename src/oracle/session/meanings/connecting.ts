import { each, THICK, type Meaning, type Meanings } from './meaning';

const refused = (message: string, hint: string): Meaning => ({ code: 'SOURCE_LOGIN_REFUSED', message, hint });
const unreachable = (message: string, hint: string): Meaning => ({
  code: 'SOURCE_UNREACHABLE',
  message,
  hint,
  quote: true,
});
/** A fault of the connect string: trying again cannot help. Its text may hold a password, so the driver's words stay out. */
const misconfigured = (message: string, hint: string): Meaning => ({ code: 'CONFIG_INVALID', message, hint });
/** A fault of the address; the hint names the settings that say where the database is. */
const ofAddress = (
  word: typeof unreachable | typeof misconfigured,
  message: string,
  { host, connectString }: Record<'host' | 'connectString', string>,
): Meaning => ({ ...word(message, host), hintByConnectString: connectString });
const wrongAddress = (message: string, hints: Record<'host' | 'connectString', string>): Meaning =>
  ofAddress(unreachable, message, hints);

const RUNS = 'that the listener runs (`lsnrctl status` on the database server)';
const LISTENER = {
  host: `Check ORACLE_HOST, ORACLE_PORT and the firewall, and ${RUNS}.`,
  connectString: `Check host and port in ORACLE_CONNECT_STRING and the firewall, and ${RUNS}.`,
};
const NAMES = '`lsnrctl services` on the database server lists the names';
const SERVICE = {
  host: `Check ORACLE_SERVICE: ${NAMES}. If the name is the SID of an instance, unset ORACLE_SERVICE and set ORACLE_SID.`,
  connectString: `Check the service in ORACLE_CONNECT_STRING: ${NAMES}. If the name is the SID of an instance, unset ORACLE_CONNECT_STRING and set ORACLE_HOST, ORACLE_PORT and ORACLE_SID.`,
};
const INSTANCES = '`lsnrctl services` on the database server lists the instances';
const SID = {
  host: `Check ORACLE_SID: ${INSTANCES}. If the name is that of a service, unset ORACLE_SID and set ORACLE_SERVICE.`,
  connectString: `Check the SID in ORACLE_CONNECT_STRING: ${INSTANCES}. If the name is that of a service, write host:port/service.`,
};
const HOST = {
  host: 'Check ORACLE_HOST.',
  connectString:
    'Check the host in ORACLE_CONNECT_STRING; a name of tnsnames.ora needs TNS_ADMIN, the folder of that file.',
};
const PASSWORD =
  'Check ORACLE_USER and ORACLE_PASSWORD; in .env put a password with #, quotes or blanks between single quotes. Several refused logins may lock the account.';
const CONNECT_STRING = {
  host: 'Check ORACLE_HOST, ORACLE_PORT and ORACLE_SERVICE or ORACLE_SID (user and password have settings of their own), or unset them and write ORACLE_CONNECT_STRING as host:port/service (tcps://host:port/service for TLS).',
  connectString:
    'Write ORACLE_CONNECT_STRING as host:port/service (tcps://host:port/service for TLS), or unset it and set ORACLE_HOST, ORACLE_PORT and ORACLE_SERVICE or ORACLE_SID; user and password have settings of their own.',
};
const TNS_NAMES =
  'Check ORACLE_CONNECT_STRING, and set TNS_ADMIN to the folder of tnsnames.ora; host:port/service needs no such file.';
const OPENING = 'Wait until it is open (`select open_mode from v$database`), then run it again.';
const LANES = (limit: string): string =>
  `Run it again with fewer --lanes (each takes a session, and two are left for counts), or ask a DBA for more ${limit}.`;
const NO_PROCESS = unreachable('the database has no free process', LANES('PROCESSES'));
const STARTING = unreachable('the database is starting or stopping', OPENING);
const RESTRICTED = unreachable(
  'the database is open in restricted mode only',
  'Ask a DBA when it ends (ALTER SYSTEM DISABLE RESTRICTED SESSION), then run it again.',
);
const NO_BINARY = unreachable(
  'the driver has no Thick mode for this machine',
  'Run it on Linux (x64, arm64), macOS (arm64) or Windows (x64): the driver has a library for these.',
);

/** Numbers that are met before there is a session. */
export const CONNECTING: Meanings = {
  'ORA-01017': refused('user name or password was refused', PASSWORD),
  'ORA-01005': refused('the password is empty', PASSWORD),
  'NJS-101': refused('user name or password is missing', PASSWORD),
  'ORA-28000': refused('the account is locked', 'Ask a DBA: ALTER USER … ACCOUNT UNLOCK.'),
  'ORA-28001': refused('the password has expired', 'Set a new one: ALTER USER … IDENTIFIED BY ….'),
  'ORA-01045': refused('the user may not open a session', 'Ask a DBA: GRANT CREATE SESSION TO ….'),
  'ORA-28040': refused(
    'the server and this client have no way of authentication in common',
    'Ask a DBA for SQLNET.ALLOWED_LOGON_VERSION_SERVER and a new password of the account, or use a newer Instant Client.',
  ),

  'NJS-138': unreachable('the database is older than 12.1, which the driver reaches in Thick mode only', THICK),
  'NJS-116': unreachable(
    'the account has a 10G password verifier only, which the driver reads in Thick mode only',
    `Set the password anew (ALTER USER … IDENTIFIED BY …), which gives the account a newer verifier. Or: ${THICK}`,
  ),
  'NJS-118': unreachable(
    'Thick mode was asked for after a Thin connection was made',
    'Set ORACLE_CLIENT_LIB_DIR before the command starts.',
  ),
  'DPI-1047': unreachable(
    'the Oracle Client library cannot be loaded',
    'Check that ORACLE_CLIENT_LIB_DIR holds Instant Client 19 for this machine (libclntsh), and that its own libraries (libaio) are installed.',
  ),
  'DPI-1072': unreachable('the Oracle Client library is too old', THICK),
  'NJS-045': NO_BINARY,
  'NJS-067': NO_BINARY,
  'ORA-03134': unreachable('the Oracle Client library does not speak to a database this old', THICK),
  'NJS-192': unreachable('the driver does not read the character set of the database in Thin mode', THICK),
  ...each(
    unreachable(
      'the server demands a service of Oracle Net (authentication, encryption) that the driver does not have in Thin mode',
      THICK,
    ),
    ...['NJS-531', 'NJS-532'],
  ),
  'NJS-533': unreachable('the server demands Native Network Encryption, which only Thick mode has', THICK),

  'NJS-518': wrongAddress('the listener does not know the service', SERVICE),
  'ORA-12514': wrongAddress('the listener does not know the service', SERVICE),
  'NJS-519': wrongAddress('the listener does not know the SID', SID),
  'ORA-12505': wrongAddress('the listener does not know the SID', SID),
  'ORA-12521': unreachable(
    'the listener does not know the instance',
    `${OPENING} If it is open, correct INSTANCE_NAME in the connect descriptor: \`lsnrctl services\` lists the instances.`,
  ),
  'NJS-511': wrongAddress('the listener refused the connection', SERVICE),
  'NJS-503': wrongAddress('the database server does not answer', LISTENER),
  'NJS-530': wrongAddress('the host name is not known', HOST),
  'ORA-12545': wrongAddress('the host name is not known', HOST),
  'ORA-12541': wrongAddress('no listener answers', LISTENER),
  'ORA-12518': wrongAddress('the listener cannot hand the connection on', LISTENER),
  ...each(wrongAddress('the connection attempt timed out', LISTENER), 'NJS-510', 'ORA-12170', 'ORA-12535'),
  'NJS-040': unreachable('no session of the pool became free in time', 'Use fewer --lanes than the pool has sessions.'),
  ...each(NO_PROCESS, 'ORA-12516', 'ORA-12519', 'ORA-12520'),
  'ORA-00018': unreachable('the database allows no more sessions', LANES('SESSIONS')),
  'ORA-00020': unreachable('the database allows no more processes', LANES('PROCESSES')),
  'ORA-02391': unreachable('the profile allows no more sessions', LANES('SESSIONS_PER_USER')),
  ...each(STARTING, 'ORA-01033', 'ORA-01089', 'ORA-01090', 'ORA-01092', 'ORA-01094', 'ORA-12528'),
  ...each(RESTRICTED, 'ORA-01035', 'ORA-12526', 'ORA-12527'),
  ...each(unreachable('the database is not open', OPENING), 'ORA-01109', 'ORA-01219', 'ORA-01507'),
  'ORA-01034': unreachable(
    'the database is down',
    'Have a DBA start it (or the instance that the service belongs to), then run it again.',
  ),

  ...each(
    ofAddress(misconfigured, 'the connect string cannot be read', CONNECT_STRING),
    ...['NJS-512', 'NJS-514', 'NJS-515', 'NJS-522', 'NJS-125', 'ORA-12533', 'ORA-12543', 'ORA-12560'],
  ),
  ...each(
    misconfigured('the net service name is not known', TNS_NAMES),
    ...['NJS-516', 'NJS-517', 'NJS-520', 'ORA-12154', 'ORA-12162'],
  ),
  'ORA-12504': ofAddress(misconfigured, 'the connect string names no service', CONNECT_STRING),
};
