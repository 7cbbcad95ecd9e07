import { GivenUp } from './given-up';
import type { ConnectionSettings } from './connection-settings';
import { lendingLanes, type LaneSession } from './lane-sessions';
import { openSession, type Session } from './session';

/** Opens sessions and lends them; those given back are used again. */
export interface Sessions {
  /** Lends a session for `work`. Nested calls get sessions of their own. */
  use<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /** As `use`, for work that is not one call: closing the session gives it back. No transaction may be open then. */
  lend(): Promise<Session>;
  /**
   * Lends a session for a lane, which `begin` makes ready; closing it clears away the locks, temporary tables and settings of the lane and gives
   * it back. Opening a session takes the server longer than loading a small table. Where one that was kept turns out to be dead,
   * `begin` is called once more, with a new one.
   */
  lendLane<T>(begin: (session: LaneSession) => Promise<T>): Promise<T>;
  /** A session that the caller closes. */
  open(): Promise<Session>;
  close(): Promise<void>;
}

const KEPT_IDLE = 2;

export function sessionsOf(settings: ConnectionSettings): Sessions {
  const idle: Session[] = [];
  const closeIdle = async (): Promise<void> => {
    await Promise.all(idle.splice(0).map((session) => session.close()));
  };
  // Where one session fell silent, those that are idle may have, too.
  const givenUp = new GivenUp(() => void closeIdle());
  const open = (): Promise<Session> => openSession(settings, givenUp);
  const end = async (session: Session): Promise<void> => {
    // What has cut one off may have cut off those that are idle.
    await Promise.all([session.close(), ...(session.isLost() ? [closeIdle()] : [])]);
  };
  const giveBack = async (session: Session): Promise<void> => {
    if (session.isLost() || idle.length >= KEPT_IDLE) await end(session);
    else idle.push(session);
  };
  const kept = (): Session | undefined => {
    const session = idle.find((candidate) => !candidate.isLost());
    if (session !== undefined) idle.splice(idle.indexOf(session), 1);
    return session;
  };
  const take = async (): Promise<Session> => kept() ?? open();
  return {
    open,
    async lend() {
      const session = await take();
      return { ...session, close: () => giveBack(session) };
    },
    lendLane: lendingLanes({ open, kept, giveBack, end }),
    async use(work) {
      const session = await take();
      try {
        return await work(session);
      } finally {
        await giveBack(session);
      }
    },
    close: closeIdle,
  };
}
