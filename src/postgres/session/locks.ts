import { createHash } from 'node:crypto';
import { MigrationError } from '../../core/errors';
import { anotherAtWork } from '../../core/run/standing';
import { onlyRow, type Session } from './session';
import { LOCK_NOT_AVAILABLE, sqlStateOf } from './sqlstate';

/** What the advisory locks of a ledger guard. */
type Guarded = 'install' | 'operator' | 'lanes' | 'rehearsal' | 'chain';

const ZOMBIE_WAIT_MS = 10_000;
/** The server needs a moment to notice that the client of a killed operator is gone. */
const OPERATOR_GRACE_MS = 1_000;

const HELD = `l.locktype = 'advisory' and l.granted and l.objsubid = 1
    and l.database = (select oid from pg_database where datname = current_database())
    and (l.classid::bigint << 32 | l.objid::bigint) = $1::bigint`;
const HOLDERS = `
  select a.pid, a.backend_start::timestamptz(0)::text as since from pg_locks l join pg_stat_activity a using (pid)
  where ${HELD}`;

/** The key of an advisory lock, as text of a signed 64-bit number. */
export function lockKey(guarded: Guarded, schema: string): string {
  const digest = createHash('sha256').update(`cutover:${guarded}:${schema}`).digest();
  return digest.readBigInt64BE(0).toString();
}

/**
 * Makes the session the one operator of the ledger, for as long as it lives; answers its backend. A second one is refused at once;
 * lanes of a killed one (still committing, or not yet noticed by the server) are waited for, unless they are this process's own.
 * Throws RUN_ACTIVE.
 */
export async function claimLedger(
  session: Session,
  schema: string,
  lanes: 'wait-for-lanes' | 'own-lanes',
): Promise<number> {
  const operator = lockKey('operator', schema);
  if (!(await tryLock(session, operator))) throw anotherOperator(await holders(session, operator));
  if (lanes === 'wait-for-lanes') await waitForLanes(session, lockKey('lanes', schema));
  const { rows } = await session.query<{ pid: number }>('select pg_backend_pid() as pid');
  return onlyRow(rows).pid;
}

/** Whether a backend holds a lock. Asked before each chunk, so without pg_stat_activity, a view over three tables. */
export async function holdsLock(session: Session, key: string, backend: number): Promise<boolean> {
  const { rowCount } = await session.query(`select from pg_locks l where ${HELD} and l.pid = $2`, [key, backend]);
  return rowCount !== 0;
}

/** Marks the session as a lane of the ledger's run, until it ends. */
export async function joinLanes(session: Session, schema: string): Promise<void> {
  await session.query('select pg_advisory_lock_shared($1)', [lockKey('lanes', schema)]);
}

/** Takes a lock of the session if nobody has it. */
export async function takeIfFree(session: Session, key: string): Promise<boolean> {
  const { rows } = await session.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [key]);
  return rows[0]?.taken ?? false;
}

/** Ends all sessions that are lanes of the ledger's run; what they have not committed is undone. Only the operator may. */
export async function cutLanes(session: Session, schema: string): Promise<void> {
  await session.query(`select pg_terminate_backend(pid) from (${HOLDERS}) lanes where pid <> pg_backend_pid()`, [
    lockKey('lanes', schema),
  ]);
}

async function tryLock(session: Session, key: string): Promise<boolean> {
  return waiting(session, OPERATOR_GRACE_MS, key);
}

async function waitForLanes(session: Session, key: string): Promise<void> {
  if (!(await waiting(session, ZOMBIE_WAIT_MS, key))) throw lanesAtWork(await holders(session, key));
  // Lanes of this run need it shared; the operator's lock keeps others from starting any.
  await session.query('select pg_advisory_unlock($1)', [key]);
}

async function waiting(session: Session, timeoutMs: number, key: string): Promise<boolean> {
  await session.query(`set lock_timeout = ${timeoutMs}`);
  try {
    await session.query('select pg_advisory_lock($1)', [key]);
    return true;
  } catch (error) {
    if (sqlStateOf(error) === LOCK_NOT_AVAILABLE) return false;
    throw error;
  }
}

/** Who is at work on the ledger's run: `backend 123, connected since 2026-…`; null for nobody. */
export function operatorAt(session: Session, schema: string): Promise<string | null> {
  return whoHolds(session, lockKey('operator', schema));
}

interface Holder {
  readonly pid: number;
  readonly since: string;
}

async function holders(session: Session, key: string): Promise<readonly Holder[]> {
  const { rows } = await session.query<Holder>(`${HOLDERS} order by pid`, [key]);
  return rows;
}

/** The session that holds a lock, for people; null where none does. */
export async function whoHolds(session: Session, key: string): Promise<string | null> {
  return holderText(await holders(session, key));
}

function holderText([holder]: readonly Holder[]): string | null {
  return holder === undefined ? null : `backend ${holder.pid}, connected since ${holder.since}`;
}

function anotherOperator(by: readonly Holder[]): MigrationError {
  const ending = by.length === 0 ? '' : ` If nobody is there any more, end it on the target: ${endingOf(by)}`;
  return new MigrationError('RUN_ACTIVE', anotherAtWork(holderText(by) ?? 'a session that has just ended'), {
    hint: `Wait for it to end ("cutover status" says how far it is).${ending}`,
  });
}

function lanesAtWork(by: readonly Holder[]): MigrationError {
  const ending = by.length === 0 ? '' : ` or end them on the target (${endingOf(by)}),`;
  return new MigrationError('RUN_ACTIVE', 'sessions of an earlier run still write to this target', {
    hint: `Wait until they have ended,${ending} then run again.`,
    facts: { waitedMs: ZOMBIE_WAIT_MS },
  });
}

/** SQL that ends these sessions and no others; what they have not committed is undone. */
function endingOf(by: readonly Holder[]): string {
  return `select ${by.map(({ pid }) => `pg_terminate_backend(${pid})`).join(', ')};`;
}
