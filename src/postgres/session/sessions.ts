import { GivenUp } from './given-up';
import type { ConnectionSettings } from './connection-settings';
import { openSession, type Session } from './session';

/** Opens sessions and lends them; those given back are used again. */
export interface Sessions {
  /** Lends a session for `work`. Nested calls get sessions of their own. */
  use<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /** As `use`, for work that is not one call: closing the session gives it back. No transaction may be open then. */
  lend(): Promise<Session>;
  /** A session that the caller closes. */
  open(): Promise<Session>;
  close(): Promise<void>;
}

const KEPT_IDLE = 2;

export function sessionsOf(settings: ConnectionSettings): Sessions {
  const idle: Session[] = [];
  // Where one session fell silent, those that are idle may have, too.
  const givenUp = new GivenUp(() => {
    for (const session of idle.splice(0)) void session.close();
  });
  const open = (): Promise<Session> => openSession(settings, givenUp);
  const giveBack = async (session: Session): Promise<void> => {
    if (session.isLost() || idle.length >= KEPT_IDLE) await session.close();
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
    async use(work) {
      const session = await take();
      try {
        return await work(session);
      } finally {
        await giveBack(session);
      }
    },
    async close() {
      await Promise.all(idle.splice(0).map((session) => session.close()));
    },
  };
}
