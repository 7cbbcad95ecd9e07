import type { Client } from 'pg';
import { MigrationError } from '../../core/errors';
import type { Look } from '../../core/waits/watch';

/** The process of the server behind a session. */
export interface Backend {
  readonly pid: number;
  /** When it began, as the server writes it: a number may come again. */
  readonly since: string;
}

/** SQL: when the backend of a row of pg_stat_activity began, independent of any setting. */
export const BACKEND_SINCE = `to_char(backend_start at time zone 'UTC', 'YYYYMMDDHH24MISSUS')`;

interface Seen {
  readonly state: string | null;
  /** The server waits for bytes from this side, or to get rid of some. */
  readonly stuck: boolean;
  /** Null where it waits for no lock. */
  readonly holder: string | null;
  readonly on: string | null;
}

const LOOK = `
  select a.state, coalesce(a.wait_event_type = 'Client', false) as stuck,
    (select format('backend %s (user %s, application %s, since %s)', h.pid, h.usename, coalesce(nullif(h.application_name, ''), 'unnamed'),
       coalesce(h.xact_start, h.backend_start)::timestamptz(0)) from pg_stat_activity h where h.pid = any (pg_blocking_pids(a.pid)) limit 1) as holder,
    (select l.relation::regclass::text from pg_locks l where l.pid = a.pid and not l.granted limit 1) as "on"
  from pg_stat_activity a where a.pid = $1 and ${BACKEND_SINCE} = $2`;

/** What the server says of a backend, asked by a session other than its own. */
export async function lookAt(client: Client, { pid, since }: Backend): Promise<Look> {
  const { rows } = await client.query<Seen>(LOOK, [pid, since]);
  const [seen] = rows;
  // Of a backend of another role only its own role and pg_read_all_stats see the state.
  if (seen === undefined) return { state: 'gone' };
  if (seen.state === null) return { state: 'unknown' };
  if (seen.holder !== null) return { state: 'lock', on: seen.on, holder: seen.holder };
  // Any other state: it has answered, and the answer was lost on its way.
  return { state: seen.state === 'active' && !seen.stuck ? 'at-work' : 'gone' };
}

/** How long the server may take to end a backend. */
const END_WAIT_MS = 10_000;

/**
 * Ends a backend whose session was given up or has broken off, and returns when it is gone: before that it may hold locks, or commit. Throws
 * TARGET_UNREACHABLE where it does not end.
 */
export async function endBackend(client: Client, { pid, since }: Backend): Promise<void> {
  // Behind a proxy that gives each client a session, whoever asks may have been given this very backend.
  const alive = `from pg_stat_activity where pid = $1 and ${BACKEND_SINCE} = $2 and pid <> pg_backend_pid()`;
  await client.query(`select pg_terminate_backend(pid) ${alive}`, [pid, since]);
  const endAtMs = performance.now() + END_WAIT_MS;
  for (;;) {
    const { rowCount } = await client.query(`select ${alive}`, [pid, since]);
    if (rowCount === 0) return;
    if (performance.now() > endAtMs) throw backendStays(pid);
    await client.query('select pg_sleep(0.1)');
  }
}

function backendStays(pid: number): MigrationError {
  return new MigrationError('TARGET_UNREACHABLE', `backend ${pid}, whose session was given up, does not end`, {
    hint: `It may still hold locks of the run. End it on the server: select pg_terminate_backend(${pid}); where that does not help, restart the server.`,
    facts: { pid },
  });
}
