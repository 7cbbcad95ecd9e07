import { visibleSql } from '../../core/words/visible-sql';
import type { ErrorCode } from '../../core/errors';
import type { TlsFault } from '../../core/faults/tls-fault';
import { SPECIAL_CHARACTERS } from '../../core/words/special-characters';

/** What a failure means for a run, and what to do next. */
export interface Meaning {
  readonly code: ErrorCode;
  readonly hint: string;
}

const unreachable = (hint: string): Meaning => ({ code: 'TARGET_UNREACHABLE', hint });
const refused = (hint: string): Meaning => ({ code: 'TARGET_LOGIN_REFUSED', hint });
const failed = (hint: string): Meaning => ({ code: 'LOAD_FAILED', hint });

const UNREACHABLE = unreachable(
  'Check host and port in DATABASE_URL, and that the server is up and reachable (`pg_isready -h HOST -p PORT`).',
);

/** By what the system calls a connection that could not be made or broke off; any other is `UNREACHABLE`. */
const NETWORK: Readonly<Record<string, Meaning>> = {
  ENOTFOUND: unreachable('Check the host in DATABASE_URL: its name is not known here.'),
  EAI_AGAIN: unreachable('Check the host in DATABASE_URL, and that this machine reaches its name server.'),
  ECONNREFUSED: unreachable(
    'Check host and port in DATABASE_URL: nothing listens there. On the server see that it runs, and its listen_addresses and port.',
  ),
  ENOENT: unreachable('Check the folder in DATABASE_URL: it holds no socket of a running server.'),
  ETIMEDOUT: unreachable('Check host and port in DATABASE_URL, and firewalls in between: nobody answers there.'),
};

export function networkMeaning(code: string | undefined): Meaning {
  return (code === undefined ? undefined : NETWORK[code]) ?? UNREACHABLE;
}

const tls = (hint: string): Meaning => ({ code: 'TARGET_TLS_FAILED', hint });

/** Why the server's certificate, or TLS itself, was refused. */
export const TLS_MEANINGS: Readonly<Record<TlsFault, Meaning & { readonly message: string }>> = {
  untrusted: {
    message: 'the certificate of the server is self-signed, or of a CA that this machine does not trust',
    ...tls(
      "Write the certificate of the server's CA (PEM) into a file and append sslmode=verify-full&sslrootcert=/path/ca.pem to the query of DATABASE_URL. Without a proof of who the server is: sslmode=no-verify.",
    ),
  },
  expired: {
    message: 'the certificate of the server has expired',
    ...tls('Renew it on the server (ssl_cert_file, then pg_reload_conf()), and check the clock of this machine.'),
  },
  'not-yet-valid': {
    message: 'the certificate of the server is not valid yet',
    ...tls('Check the clock of this machine (`date`); else issue the certificate of the server anew.'),
  },
  'other-name': {
    message: 'the certificate of the server is of another host name',
    ...tls(
      'Write the host in DATABASE_URL as the certificate has it, or have the name added to the certificate. Without a proof of the name: uselibpqcompat=true&sslmode=verify-ca&sslrootcert=/path/ca.pem in the query of DATABASE_URL.',
    ),
  },
  'no-tls': {
    message: 'the server does not speak TLS',
    ...tls(
      'Leave sslmode out of DATABASE_URL, or write sslmode=disable; else turn TLS on at the server (ssl = on with ssl_cert_file and ssl_key_file).',
    ),
  },
};

/** SQLSTATE, or its class (first two characters), to what it means for a run; the longest match counts. */
export const MEANINGS: Readonly<Record<string, Meaning>> = {
  '08': UNREACHABLE,
  '57P01': UNREACHABLE,
  '57P02': UNREACHABLE,
  '57P03': unreachable('Wait until the target server has started (its log says so), then run it again.'),
  '57P05': UNREACHABLE,
  '53300': unreachable(
    'The cause says who has no connection left: the server (raise max_connections on the target), the database or the user (alter database … connection limit, alter role … connection limit). Or end other sessions, or use fewer --lanes.',
  ),
  '28': refused(
    'Check the user in DATABASE_URL, and pg_hba.conf on the server: its log names the line that refused the user.',
  ),
  '28P01': refused(`Check user and password in DATABASE_URL; write ${SPECIAL_CHARACTERS}.`),
  '3D000': refused(
    'Correct the database at the end of DATABASE_URL, or create it: `psql -l` lists those of the server.',
  ),
  '25006': { code: 'TARGET_READ_ONLY', hint: 'Connect to the primary server, with default_transaction_read_only off.' },
  '53100': failed('Free disk space on the target server.'),
  '53200': failed('Give the target server more memory, or load with fewer --lanes or a lower maintenance_work_mem.'),
  '53': failed('Give the target server more of the resource that the cause names.'),
  '54000': failed('A value is too long for an index or a row of its table: shorten it, or index an expression of it.'),
  '55000': failed(
    'See the cause. If it names a replica identity, a publication covers that table: have its owner run "alter table … replica identity full", then run it again.',
  ),
  '55P03': failed('End the session that holds the lock (see pg_locks and pg_stat_activity).'),
  '57014': failed('Somebody cancelled the statement on the server.'),
  '58': failed('The target server could not read or write its own files: see its log, mend its disk.'),
  '40': failed('Stop other writers of the mapped tables.'),
  '42501': {
    code: 'TARGET_RIGHTS',
    hint: 'Grant the missing right to the user of DATABASE_URL, or connect as the owner of the tables; `cutover check` lists what a run needs (TARGET_RIGHTS, TARGET_ROW_SECURITY), and what reset, repair and rejects retry need (TARGET_RIGHTS_LATER).',
  },
  '42': failed('Compare the target schema with the entities: run `cutover check`.'),
  '26': failed(
    'A proxy gives each transaction another session: connect to the server itself, or set pool_mode = session in the proxy.',
  ),
  '22': failed('Find the column in the facts and correct its mapping or the target type.'),
  '23': failed('Find the constraint in the facts and correct the mapping or the rows.'),
  '0A': failed(
    'The target cannot do this with the table as it is (row-level security, a view, a foreign table): run `cutover check`, and see the log of the target server.',
  ),
  P0: failed(
    'A trigger or a function of the target raised it: its words are in the log of the target server. Correct it, or have the load disable the triggers (run as the owner of the table).',
  ),
  XX: failed(
    'See the log of the target server: this is a fault of the server or of a damaged table or index. Have it repaired.',
  ),
};

export const OTHERWISE = failed('See the log of the target server at this time, mend what it names.');

/** `42501` before there is a session: the user may not connect to the database at all. */
export function mayNotConnect(database: string, user: string): Meaning {
  return {
    code: 'TARGET_LOGIN_REFUSED',
    hint: `Have the owner of the database run: ${visibleSql(`grant connect on database ${database} to ${user};`)}`,
  };
}

/** A server that admits the user over TLS only says so in the words of pg_hba.conf. */
export const WANTS_TLS = refused(
  'The server admits this user over TLS only, or not from this host: append sslmode=verify-full to the query of DATABASE_URL (with sslrootcert=/path/ca.pem for a CA of your own), or have a line added to pg_hba.conf.',
);
