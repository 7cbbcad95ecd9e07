import { GivenUp } from './given-up';
import type { ConnectionSettings } from './connection-settings';
import { openSession, type Session } from './session';

/** Opens sessions and lends them; those given back are used again, but never one in which a lane has written. */
export interface Sessions {
  /** Lends a session for `work`. Nested calls get sessions of their own. */
  use<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /** As `use`, for work that is not one call: closing the session gives it back. No transaction may be open then. */
  lend(): Promise<Session>;
  /**
   * A session that the caller closes. For whatever may run code of the target's owner (triggers, defaults, functions of indexes): what that
   * code sets in its session reaches nobody else.
   */
  open(): Promise<Session>;
  /** Opens one that `begin` makes ready; closed again where that fails. */
  openFor<T>(begin: (session: Session) => Promise<T>): Promise<T>;
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
  const giveBack = async (session: Session): Promise<void> => {
    // What has cut one off may have cut off those that are idle.
    if (session.isLost()) await Promise.all([session.close(), closeIdle()]);
    else if (idle.length >= KEPT_IDLE) await session.close();
    else idle.push(session);
  };
  const take = async (): Promise<Session> => {
    const session = idle.find((candidate) => !candidate.isLost());
    if (session === undefined) return open();
    idle.splice(idle.indexOf(session), 1);
    return session;
  };
  return {
    open,
    async lend() {
      const session = await take();
      return { ...session, close: () => giveBack(session) };
    },
    openFor: async (begin) => {
      const session = await open();
      try {
        return await begin(session);
      } catch (error) {
        await session.close();
        throw error;
      }
    },
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
