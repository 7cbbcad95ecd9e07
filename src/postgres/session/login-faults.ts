import type { ErrorCode } from '../../core/errors';
import { SPECIAL_CHARACTERS } from '../../core/words/special-characters';

/** Why a login failed that the driver gave up by itself, or that the server refused without saying more than that. */
export interface LoginFault {
  readonly code: ErrorCode;
  /** What happened, after `connecting to … failed: `. */
  readonly fault: string;
  readonly hint: string;
}

const refused = (fault: string, hint: string): LoginFault => ({ code: 'TARGET_LOGIN_REFUSED', fault, hint });

const CLIENT_CERTIFICATE = 'sslcert=/path/client.crt&sslkey=/path/client.key';

/** The server asks for a password, and there is none. */
export const NO_PASSWORD = refused(
  'the server asks for a password, and none is set',
  `Write it into DATABASE_URL (postgresql://user:password@host:5432/database, ${SPECIAL_CHARACTERS}), or set PGPASSWORD, or add a line host:port:database:user:password to ~/.pgpass (PGPASSFILE names another file; chmod 600).`,
);

/** The server refuses a password that DATABASE_URL does not have. */
export const PASSWORD_FROM_ELSEWHERE = refused(
  'the server refuses user or password',
  'DATABASE_URL has no password: correct that of PGPASSWORD or, where it is not set, of ~/.pgpass (PGPASSFILE), or write the right one into DATABASE_URL. Check the user there, too.',
);

/** Whatever answers a login and does not speak the protocol. */
export const NOT_POSTGRES: LoginFault = {
  code: 'TARGET_UNREACHABLE',
  fault: 'what answers there did not answer as PostgreSQL does',
  hint: 'Check host and port in DATABASE_URL: another service may listen there. If it is PostgreSQL, see its log: it may be out of processes or memory.',
};

/** Some answer came before the time was over. */
export const LOGIN_TOO_SLOW: LoginFault = {
  code: 'TARGET_UNREACHABLE',
  fault: 'what answers there did not end the login in time',
  hint: 'Check host and port in DATABASE_URL: another service may listen there. If it is PostgreSQL, it is overloaded, or does not reach what it asks about passwords (LDAP, RADIUS, PAM): see its log.',
};

/** By the driver's words, or a code of TLS: its own errors have none. The first that matches counts. */
const OF_THE_DRIVER: readonly (readonly [RegExp, LoginFault])[] = [
  [/client password must be/, NO_PASSWORD],
  [
    /Unknown authenticationOk message type|Only mechanism\(s\)/,
    refused(
      'the server asks this user for a way of authentication that the driver does not have (GSSAPI, SSPI and OAuth are such)',
      'Have a line with scram-sha-256 for this user, database and host put above the others in pg_hba.conf, then run "select pg_reload_conf();" there; or name another user in DATABASE_URL.',
    ),
  ],
  [
    /exceeds scramMaxIterations/,
    refused(
      'the password of this user is stored with more iterations than the driver accepts',
      'Set the password anew with fewer iterations, in psql: "set scram_iterations = 4096;", then \\password.',
    ),
  ],
  [
    /^SASL: /,
    refused(
      'what answers there does not prove that it knows the password, as the server would',
      'Check host and port in DATABASE_URL: another server or a proxy may answer there. Where the server is right, set the password of the user anew.',
    ),
  ],
  [
    /^ERR_OSSL_/,
    {
      code: 'CONFIG_INVALID',
      fault: 'the certificate or the private key of this side cannot be used',
      hint: 'Correct sslcert and sslkey in the query of DATABASE_URL: a certificate and its own private key, both in PEM, the key without a passphrase (openssl pkey -in client.key -out plain.key).',
    },
  ],
  [
    /^ERR_SSL_\w+_ALERT_(?:UNKNOWN_CA|\w*CERTIFICATE)/,
    refused(
      'the server does not trust the certificate of this side, or demands one',
      `Name one in the query of DATABASE_URL (${CLIENT_CERTIFICATE}) that has not expired and that a CA of the server's ssl_ca_file has signed.`,
    ),
  ],
  [/error establishing an SSL connection/, NOT_POSTGRES],
  [
    /sslnegotiation|verify-ca requires/,
    {
      code: 'CONFIG_INVALID',
      fault: 'the settings of TLS contradict each other',
      hint: 'Correct the query of DATABASE_URL: sslnegotiation is postgres or direct, and direct needs sslmode=verify-full; sslmode=verify-ca with uselibpqcompat=true needs sslrootcert=/path/ca.pem. PGSSLNEGOTIATION and PGSSLMODE count where the query names neither.',
    },
  ],
  [
    /[Pp]ort should be/,
    {
      code: 'CONFIG_INVALID',
      fault: 'the port is no port number',
      hint: 'Correct the port in DATABASE_URL; where it names none, that of PGPORT counts (1 to 65535, by default 5432).',
    },
  ],
];

/** Null for what the driver did not find out by itself. */
export function faultOfDriver(error: unknown): LoginFault | null {
  if (typeof error !== 'object' || error === null) return null;
  const { code, message = '' } = error as Partial<NodeJS.ErrnoException>;
  const words = [message, ...(code === undefined ? [] : [code])];
  return OF_THE_DRIVER.find(([form]) => words.some((said) => form.test(said)))?.[1] ?? null;
}

/** A start-up parameter that the server does not have, not with this value, or not for this user. */
const WRONG_OPTIONS: LoginFault = {
  code: 'CONFIG_INVALID',
  fault: 'the server refuses a parameter that the session was to begin with',
  hint: 'Correct the parameter that the cause names: in the query of DATABASE_URL (options, or by its own name), or in PGOPTIONS.',
};

/** By SQLSTATE or its class: before there is a session they speak of the login, and never of a table. The longest match counts. */
const OF_THE_SERVER: Readonly<Record<string, LoginFault>> = {
  '08': {
    code: 'TARGET_UNREACHABLE',
    fault: 'what answers there refuses the login',
    hint: 'See the cause. A proxy such as PgBouncer refuses what its own configuration lacks: the user (auth_file), the database, a parameter (ignore_startup_parameters). Else check host and port in DATABASE_URL.',
  },
  '22': WRONG_OPTIONS,
  '42': WRONG_OPTIONS,
  '55000': refused(
    'the database admits no connections',
    'Correct the database at the end of DATABASE_URL, or have a superuser run "alter database … allow_connections true". One that the cause calls invalid is left of a DROP DATABASE that broke off: drop and create it.',
  ),
  '55P02': WRONG_OPTIONS,
};

/** What a state means at a login as it does later: the user, the database, the resources and the files of the server. */
const AS_LATER = /^(?:25|28|3D|53|57P|58|XX)/;

const DEMANDS_CERTIFICATE = refused(
  'the server demands a certificate of this side that names the user',
  `Name one in the query of DATABASE_URL (sslmode=verify-full&${CLIENT_CERTIFICATE}) that a CA of the server's ssl_ca_file has signed, and whose name (CN) is the user, or is mapped to it in pg_ident.conf.`,
);

/** Null for what means the same as later. */
export function faultOfServer(state: string, message: string): LoginFault | null {
  if (state === '28000' && /client certificate|certificate authentication/.test(message)) return DEMANDS_CERTIFICATE;
  const fault = OF_THE_SERVER[state] ?? OF_THE_SERVER[state.slice(0, 2)];
  if (fault !== undefined || AS_LATER.test(state)) return fault ?? null;
  return refused(
    'the server refuses the session',
    'See the cause, and the log of the target server at this time: a trigger on login, a limit of time, or another version of the protocol may be the reason.',
  );
}
