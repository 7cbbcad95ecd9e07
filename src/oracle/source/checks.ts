import { MigrationError } from '../../core/errors';
import type { Issue } from '../../core/issues';
import type { LegacyRow } from '../../core/mapping/wire';
import type { SourceFacts } from '../../core/ports/legacy-source';
import { queryRows, type Sessions } from '../session/sessions';
import {
  EXTENTS_VISIBLE,
  ROW_POLICIES,
  TUNED_UNDO_RETENTION,
  TYPE_ZOO_QUERY,
  READER_PRIVILEGES,
  UNDO_RETENTION,
} from '../sql/check-statements';
import type { Statement } from '../sql/statement';
import { zooIssues } from './type-zoo';

export interface CheckContext {
  readonly sessions: Sessions;
  readonly facts: SourceFacts;
}

type Kind = readonly [Issue['level'], string];

/** One hour: what a table of middle size takes to read. */
const SHORT_UNDO_SECONDS = 3_600;

/** All findings about the connection; a lost connection is thrown, a refused statement is a finding. */
export async function checkSource(context: CheckContext): Promise<Issue[]> {
  const { sessions } = context;
  const privileges = await privilegesOf(sessions);
  return [
    ...versionIssues(context.facts),
    ...characterSetIssues(context.facts),
    ...flashbackGrantIssues(privileges),
    ...(await ask(sessions, EXTENTS_VISIBLE, extentIssues)),
    ...(await undoIssues(sessions)),
    ...(privileges.has('EXEMPT ACCESS POLICY') ? [] : await ask(sessions, ROW_POLICIES, policyIssues)),
    ...(await ask(sessions, TYPE_ZOO_QUERY, (rows) => (rows === null ? [zooRefused()] : rows.flatMap(zooIssues)))),
  ];
}

async function privilegesOf(sessions: Sessions): Promise<ReadonlySet<unknown>> {
  const rows = await sessions.use('checking the source', (session) => queryRows(session, READER_PRIVILEGES));
  return new Set(rows.map(([privilege]) => privilege));
}

/** Null rows: the user may not ask. */
type Judge = (rows: readonly LegacyRow[] | null) => Issue[];

async function ask(sessions: Sessions, statement: Statement, judge: Judge): Promise<Issue[]> {
  try {
    return judge(await sessions.use('checking the source', (session) => queryRows(session, statement)));
  } catch (error) {
    if (!refused(error)) throw error;
    return judge(null);
  }
}

function refused(error: unknown): error is MigrationError {
  return error instanceof MigrationError && error.code === 'SOURCE_READ_FAILED';
}

function versionIssues({ version, mode }: SourceFacts): Issue[] {
  const found = issue(['info', 'SOURCE_VERSION'], `Oracle ${version} in ${mode === 'thin' ? 'Thin' : 'Thick'} mode`);
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (mode === 'thick' || major > 12 || (major === 12 && minor >= 1)) return [found];
  const hint = 'Set ORACLE_CLIENT_LIB_DIR to Instant Client 19 for a real 11.2 server.';
  return [found, issue(['warning', 'SOURCE_VERSION'], 'Thin mode is supported from 12.1 on only', hint)];
}

function characterSetIssues({ characterSet, nationalCharacterSet, mode }: SourceFacts): Issue[] {
  const shown = `character set ${characterSet}, national ${nationalCharacterSet}`;
  const issues = [issue(['info', 'SOURCE_CHARACTER_SET'], shown)];
  if (characterSet === 'US7ASCII') {
    const hint = "Declare columns that hold other bytes with bytesAs('windows-1252').";
    issues.push(
      issue(['warning', 'SOURCE_CHARACTER_SET'], 'US7ASCII: bytes above 127 are lost when read as text', hint),
    );
  }
  if (nationalCharacterSet === 'UTF8' && mode === 'thin') {
    const hint = 'Use Thick mode (ORACLE_CLIENT_LIB_DIR) if NCHAR, NVARCHAR2 or NCLOB columns are mapped.';
    issues.push(issue(['warning', 'SOURCE_CHARACTER_SET'], 'Thin mode cannot read national text in UTF8', hint));
  }
  return issues;
}

function flashbackGrantIssues(privileges: ReadonlySet<unknown>): Issue[] {
  if (privileges.has('FLASHBACK ANY TABLE')) return [];
  const hint = 'Ask for GRANT FLASHBACK ON each mapped table that belongs to another user.';
  const message = 'reading at an SCN is granted for own tables only, or table by table';
  return [issue(['info', 'SOURCE_FLASHBACK'], message, hint)];
}

function extentIssues(rows: readonly LegacyRow[] | null): Issue[] {
  if (rows !== null) return [];
  const hint = 'Ask for SELECT on DBA_EXTENTS to cut large tables by ROWID, which needs no key.';
  return [issue(['info', 'SOURCE_EXTENTS_HIDDEN'], 'DBA_EXTENTS is not visible: chunks will be cut by key', hint)];
}

/** What is set and what the database makes of it are one matter: how long the SCN can be read. */
async function undoIssues(sessions: Sessions): Promise<Issue[]> {
  const found = [
    { name: 'undo_retention', seconds: await secondsOf(sessions, UNDO_RETENTION) },
    { name: 'the tuned undo retention', seconds: await secondsOf(sessions, TUNED_UNDO_RETENTION) },
  ];
  const known = found.flatMap(({ seconds }) => (seconds === null ? [] : [Number(seconds)]));
  const named = found.map(({ name, seconds }) => `${name} is ${seconds === null ? 'not visible' : `${seconds} s`}`);
  const message = named.join(', ');
  if (known.some((seconds) => seconds < SHORT_UNDO_SECONDS)) {
    const hint = 'Ask for an UNDO_RETENTION longer than the run, or the SCN may be lost (ORA-01555).';
    return [issue(['warning', 'SOURCE_UNDO_RETENTION'], message, hint)];
  }
  const hint = known.length === found.length ? undefined : 'Ask a DBA how long undo is kept.';
  return [issue(['info', 'SOURCE_UNDO_RETENTION'], message, hint)];
}

/** Null where the user may not ask, or nothing is known. */
async function secondsOf(sessions: Sessions, statement: Statement): Promise<string | null> {
  let seconds: string | null = null;
  await ask(sessions, statement, (rows) => {
    const value = rows?.[0]?.[0];
    seconds = typeof value === 'string' ? value : null;
    return [];
  });
  return seconds;
}

function policyIssues(rows: readonly LegacyRow[] | null): Issue[] {
  const hint = 'Ask for EXEMPT ACCESS POLICY, or make sure that the policy lets the user see every row.';
  return (rows ?? []).map(([owner, table]) => {
    const name = `${String(owner)}.${String(table)}`;
    return { ...issue(['warning', 'SOURCE_ROW_POLICY'], `a policy may hide rows of ${name}`, hint), subject: name };
  });
}

function zooRefused(): Issue {
  return issue(['error', 'SOURCE_TYPE_ZOO'], 'the database refuses the type zoo query', 'Report the database version.');
}

function issue([level, code]: Kind, message: string, hint?: string): Issue {
  return { code, level, message, ...(hint === undefined ? {} : { hint }), subject: 'source' };
}
