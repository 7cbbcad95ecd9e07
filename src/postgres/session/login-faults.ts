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

/** By the driver's words: its own errors have no codes. The first that matches counts. */
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
    /error establishing an SSL connection/,
    {
      code: 'TARGET_UNREACHABLE',
      fault: 'what answers there did not answer as PostgreSQL does',
      hint: 'Check host and port in DATABASE_URL: another service may listen there. If it is PostgreSQL, see its log: it may be out of processes or memory.',
    },
  ],
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
  const { message = '' } = error as Partial<Error>;
  return OF_THE_DRIVER.find(([words]) => words.test(message))?.[1] ?? null;
}

/** A start-up parameter that the server does not have, or not with this value. */
export const WRONG_OPTIONS: LoginFault = {
  code: 'CONFIG_INVALID',
  fault: 'the server refuses a parameter that the session was to begin with',
  hint: 'Correct the parameter that the cause names: options in the query of DATABASE_URL, or PGOPTIONS.',
};
