import type { LegacyRow } from '../../core/mapping/wire';
import type { Look } from '../../core/waits/watch';
import { SESSIONS_ANYWHERE, SESSIONS_HERE, sessionState } from '../sql/session-statements';
import type { Statement } from '../sql/statement';

/** It wants to send, or to be sent to: what it has to say does not get through. */
const STUCK = /^SQL\*Net .*client$/;

/**
 * What the database says of the session with this CLIENT_INFO, as far as the user may see the sessions: one that GV$SESSION does not have is
 * gone, one that V$SESSION does not have may be on another instance.
 */
export async function lookAtSession(
  ask: (statement: Statement) => Promise<readonly LegacyRow[]>,
  clientInfo: string,
): Promise<Look> {
  for (const view of [SESSIONS_ANYWHERE, SESSIONS_HERE] as const) {
    const rows = await ask(sessionState(view, clientInfo)).catch(() => null);
    const [row] = rows ?? [];
    if (row !== undefined) return stateOf(row);
    if (rows !== null && view === SESSIONS_ANYWHERE) return { state: 'gone' };
  }
  return { state: 'unknown' };
}

function stateOf([status, state, event]: LegacyRow): Look {
  const stuck = state === 'WAITING' && STUCK.test(String(event));
  return { state: status === 'ACTIVE' && !stuck ? 'at-work' : 'gone' };
}
