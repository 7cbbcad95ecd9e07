import { visibleSql } from '../../core/words/visible-sql';
import type { Issue } from '../../core/issues';
import { ledgerRefusal } from '../ledger/schema/ledger-rights';
import { LEDGER_VERSION } from '../ledger/schema/steps';
import { ledgerVersion } from '../ledger/schema/version';
import type { Place } from '../session/place';
import { checkPooling } from '../session/pooling';
import type { Session } from '../session/session';
import { ident } from '../session/sql';

/** Findings about the connection. Asks everything, also when something is wrong already. */
export async function checkTarget(place: Place): Promise<Issue[]> {
  return place.sessions.use(async (session) => {
    const findings = [
      await checkServer(session),
      await checkRights(session, place.ledgerSchema),
      await checkPooling(session, place.sessions),
      await checkEventTriggers(session),
    ];
    return findings.flat();
  });
}

/** The oldest that `npm run matrix` tests; docs/MATRIX.md has the results. */
export const OLDEST = 13;

interface ServerRow {
  readonly version: string;
  readonly number: number;
  readonly encoding: string;
  readonly recovery: boolean;
  readonly read_only: boolean;
}

async function checkServer(session: Session): Promise<Issue[]> {
  const { rows } = await session.query<ServerRow>(
    `select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
       pg_encoding_to_char(encoding) as encoding, pg_is_in_recovery() as recovery,
       current_setting('default_transaction_read_only')::bool as read_only
     from pg_database where datname = current_database()`,
  );
  return rows.flatMap((server) => [...versionIssues(server), ...encodingIssues(server), ...readOnlyIssues(server)]);
}

function versionIssues({ version, number }: ServerRow): Issue[] {
  if (number >= OLDEST * 10_000) return [];
  return [
    error('TARGET_VERSION', {
      message: `the target is PostgreSQL ${version}; ${OLDEST} is the oldest that works`,
      hint: 'Upgrade the target server.',
    }),
  ];
}

function encodingIssues({ encoding }: ServerRow): Issue[] {
  if (encoding === 'UTF8') return [];
  return [
    error('TARGET_ENCODING', {
      message: `the target database is encoded in ${encoding}, not in UTF8`,
      hint: `Create it anew: create database … encoding 'UTF8' template template0.`,
    }),
  ];
}

function readOnlyIssues({ recovery, read_only: readOnly }: ServerRow): Issue[] {
  if (!recovery && !readOnly) return [];
  return [
    error('TARGET_READ_ONLY', {
      message: recovery ? 'the target is a standby server' : 'the target has default_transaction_read_only on',
      hint: recovery
        ? 'Connect to the primary server.'
        : 'Set default_transaction_read_only off for the user or the database.',
    }),
  ];
}

interface DatabaseRights {
  readonly create: boolean;
  readonly temporary: boolean;
  readonly name: string;
  readonly role: string;
  readonly owner: string;
}

async function checkRights(session: Session, ledgerSchema: string): Promise<Issue[]> {
  const { rows } = await session.query<DatabaseRights>(
    `select has_database_privilege(current_database(), 'create') as create, current_user::text as role,
       has_database_privilege(current_database(), 'temporary') as temporary, current_database()::text as name,
       (select pg_get_userbyid(datdba)::text from pg_database where datname = current_database()) as owner`,
  );
  const { create = false, temporary = false, name = '', role = '', owner = '' } = rows[0] ?? {};
  const issues = await checkLedger(session, ledgerSchema);
  if (!create && !(await hasSchema(session, ledgerSchema))) {
    issues.push(
      error('TARGET_RIGHTS', {
        message: `${role} may not create the ledger's schema ${ledgerSchema} in ${name}`,
        hint: `Run as ${owner}: grant create on database ${visibleSql(`${ident(name)} to ${ident(role)}`)};`,
      }),
    );
  }
  if (!temporary) {
    issues.push(
      error('TARGET_RIGHTS', {
        message: `${role} may not create temporary tables in ${name}, which chunks with bad rows need`,
        hint: `Run as ${owner}: grant temporary on database ${visibleSql(`${ident(name)} to ${ident(role)}`)};`,
      }),
    );
  }
  return issues;
}

/** A run writes to the ledger, and upgrades one of an earlier version first. */
async function checkLedger(session: Session, schema: string): Promise<Issue[]> {
  const lacking = await ledgerRefusal(session, schema, 'write');
  if (lacking !== null) return [error('TARGET_RIGHTS', lacking)];
  const version = await ledgerVersion(session, schema);
  const older = version !== null && version < LEDGER_VERSION ? await ledgerRefusal(session, schema, 'upgrade') : null;
  return older === null ? [] : [error('TARGET_RIGHTS', older)];
}

async function hasSchema(session: Session, schema: string): Promise<boolean> {
  const { rows } = await session.query('select from pg_namespace where nspname = $1', [schema]);
  return rows.length > 0;
}

/** They see no row, but the DDL that takes keys and triggers away and brings them back, and may refuse it. */
async function checkEventTriggers(session: Session): Promise<Issue[]> {
  const { rows } = await session.query<{ name: string }>(
    `select evtname::text as name from pg_event_trigger where evtenabled in ('O', 'A') and evtevent <> 'login' order by evtname`,
  );
  if (rows.length === 0) return [];
  return [
    {
      code: 'EVENT_TRIGGERS_FIRE',
      level: 'warning',
      subject: 'target',
      message: `event triggers fire on the DDL of a run: ${rows.map(({ name }) => name).join(', ')}`,
      hint: 'See that they refuse no ALTER TABLE, DROP INDEX or temporary table of this user; a superuser may disable them for the time of the run.',
    },
  ];
}

function error(code: string, { message, hint }: { readonly message: string; readonly hint: string }): Issue {
  return { code, level: 'error', message, hint, subject: 'target' };
}
