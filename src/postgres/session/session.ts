import { visibleSql } from '../../core/words/visible-sql';
import { Client, type QueryResult, type QueryResultRow } from 'pg';
import { MigrationError } from '../../core/errors';
import type { Question } from '../../core/waits/watch';
import { BACKEND_SINCE, type Backend } from './backend';
import { Connection } from './connection';
import type { ConnectionSettings } from './connection-settings';
import { GivenUp } from './given-up';
import { loginError, urlInvalid } from './connect-errors';
import { guardParser } from './guard-parser';
import { isConnectionLoss, NOT_ALLOWED, sqlStateOf, targetError } from './sqlstate';

/** One connection, set up for long work. Its errors are the driver's own; the border of this folder translates them. */
export interface Session {
  readonly client: Client;
  /** The connection was lost or closed; nothing can be asked of it any more. */
  readonly isLost: () => boolean;
  query<Row extends QueryResultRow>(text: string, values?: readonly unknown[]): Promise<QueryResult<Row>>;
  /** Waits for an answer that the driver has been asked for otherwise (COPY). See `watched`. */
  answer<T>(asked: string, due: Question['due'], answer: Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * Sent first and by itself: where the database has them all, a serializable, deferrable and read-only transaction waits with its first
 * snapshot until others have ended. `exit_on_error` would end the session with the first row that is refused. Nobody's protection is
 * taken away: default_transaction_read_only stays as it is.
 */
const FIRST = `set default_transaction_isolation = 'read committed'; set default_transaction_deferrable = off; set exit_on_error = off;
  set statement_timeout = 0`;
/**
 * What the server has confirmed must outlast its crash, however it is set up: the run acts on it. No setting of the database has a part in
 * what a value means, in how it is written, in how the catalogue words a definition, or in where what is
 * restored is stored.
 */
const SETUP = `set idle_in_transaction_session_timeout = 0;
  set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres'; set client_encoding = 'UTF8';
  set bytea_output = 'hex'; set xmlbinary = 'base64'; set xmloption = 'content'; set array_nulls = on;
  set extra_float_digits = 1; set cutover.seals = 'on'; set standard_conforming_strings = on;
  set quote_all_identifiers = off; set transform_null_equals = off; set default_tablespace = ''; set default_table_access_method = 'heap';
  select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off';`;
/** Settings that later versions brought, each sent by itself: a server that cannot have one refuses it, and does without. */
const SETUP_LATER: readonly { readonly from: number; readonly text: string }[] = [
  // The server notices a dead client also during a long statement, so that its lock is free sooner. Some systems cannot.
  { from: 140_000, text: `set client_connection_check_interval = '2s'` },
  // The claim of a run is a session that is idle for hours.
  { from: 140_000, text: 'set idle_session_timeout = 0' },
  { from: 170_000, text: 'set transaction_timeout = 0' },
];
/** Firewalls forget connections that are silent for longer; the system's own default is two hours. */
const KEEP_ALIVE_AFTER_MS = 60_000;

/** Opens a session, once the backends that were given up have ended. Throws CONFIG_INVALID, TARGET_UNREACHABLE, TARGET_LOGIN_REFUSED or TARGET_REPLICA_ROLE. */
export async function openSession(settings: ConnectionSettings, givenUp = new GivenUp()): Promise<Session> {
  const client = newClient(settings);
  const connection = new Connection(client, {
    ...settings,
    openClient: () => connected(settings),
    givenUp: (backend) => {
      givenUp.add(backend);
    },
  });
  const where = whereOf(client);
  let isLoggedIn = false;
  try {
    await client.connect();
    isLoggedIn = true;
    connection.backend = await connection.answer('setting up the session', 'soon', setUp(client, settings));
    if (givenUp.some) await givenUp.endAll(client);
  } catch (error) {
    await connection.close();
    throw isLoggedIn
      ? targetError(error, `connecting to ${where}`)
      : loginError(error, { client, where, url: settings.url });
  }
  return {
    client,
    isLost: () => connection.lost,
    query: (text, values) => connection.query(text, values),
    answer: (asked, due, answer) => connection.answer(asked, due, answer),
    close: () => connection.close(),
  };
}

async function connected(settings: ConnectionSettings): Promise<Client> {
  const client = newClient(settings);
  // Whoever asks hears of a loss by the answer that does not come.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** The one row that a statement always returns. */
export function onlyRow<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined) throw new MigrationError('INTERNAL', 'the target returned no row where there is always one');
  return row;
}

/** `database@host:port` of a session; a socket's folder stands for its host. */
export function whereOf(client: Client): string {
  return `${client.database ?? ''}@${client.host}:${client.port}`;
}

/** Runs `work` between begin and commit; any failure rolls back and is passed on. */
export async function inTransaction<T>(session: Session, work: () => Promise<T>): Promise<T> {
  await session.query('begin');
  try {
    const result = await work();
    await session.query('commit');
    return result;
  } catch (error) {
    await session.query('rollback').catch(() => undefined);
    throw error;
  }
}

async function setUp(client: Client, { lockTimeoutMs }: ConnectionSettings): Promise<Backend> {
  await client.query(FIRST);
  await client.query(`set lock_timeout = ${lockTimeoutMs}; ${SETUP}`);
  const { rows } = await client.query<Backend & { readonly version: string; readonly role: string }>(
    `select current_setting('server_version_num') as version, current_setting('session_replication_role') as role, pid, ${BACKEND_SINCE} as since
     from pg_stat_get_activity(pg_backend_pid())`,
  );
  const { version, role, pid, since } = onlyRow(rows);
  if (role === 'replica') await leaveReplicaRole(client);
  for (const { from, text } of SETUP_LATER) {
    if (Number(version) >= from) await client.query(text).catch(passOnLoss);
  }
  return { pid, since };
}

/**
 * Where a database or a user has it, foreign keys are not checked and triggers do not fire, those of the ledger's seals included. Only
 * those who may set it can leave it.
 */
async function leaveReplicaRole(client: Client): Promise<void> {
  try {
    await client.query('set session_replication_role = origin');
  } catch (error) {
    if (sqlStateOf(error) !== NOT_ALLOWED) throw error;
    throw new MigrationError(
      'TARGET_REPLICA_ROLE',
      'sessions of this user have session_replication_role = replica: the target checks no foreign key and fires no trigger',
      {
        hint: `Have a superuser run: ${await leavingReplicaRole(client)}; then run it again.`,
      },
    );
  }
}

/** The statements that take the setting away wherever it is; `alter system` where neither a role nor a database has it. */
async function leavingReplicaRole(client: Client): Promise<string> {
  const { rows } = await client.query<{ statement: string }>(
    `select case when setrole = 0 and setdatabase <> 0 then format('alter database %I', current_database())
         else 'alter role ' || case setrole when 0 then 'all' else quote_ident(session_user) end
           || case setdatabase when 0 then '' else format(' in database %I', current_database()) end
       end || ' reset session_replication_role' as statement
     from pg_db_role_setting
     where setrole in (0, (select oid from pg_roles where rolname = session_user))
       and setdatabase in (0, (select oid from pg_database where datname = current_database()))
       and exists (select from unnest(setconfig) s where s like 'session_replication_role=%') order by 1`,
  );
  const statements = rows.map(({ statement }) => statement);
  return (statements.length > 0 ? statements : SYSTEM_RESET).map(visibleSql).join('; ');
}

const SYSTEM_RESET = ['alter system reset session_replication_role', 'select pg_reload_conf()'];

/** What the server refuses can be done without; a connection that is gone cannot. */
function passOnLoss(error: unknown): void {
  if (isConnectionLoss(error)) throw error;
}

function newClient({ url, connectTimeoutMs }: ConnectionSettings): Client {
  try {
    const client = new Client({
      connectionString: url,
      connectionTimeoutMillis: connectTimeoutMs,
      application_name: 'cutover',
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    });
    guardParser(client);
    unlimited(client);
    return client;
  } catch (error) {
    throw urlInvalid(error);
  }
}

/** A `query_timeout` in the URL, which is the driver's own, would fail long statements on this side while the server goes on with them. */
function unlimited(client: Client): void {
  const { connectionParameters } = client as unknown as { connectionParameters: { query_timeout: unknown } };
  connectionParameters.query_timeout = false;
}
