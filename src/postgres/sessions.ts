import { openSession, type ConnectionSettings, type Session } from './session';

/** Opens sessions and lends them; those given back are used again. */
export interface Sessions {
  /** Lends a session for `work`. Nested calls get sessions of their own. */
  use<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /** A session that the caller closes. */
  open(): Promise<Session>;
  close(): Promise<void>;
}

const KEPT_IDLE = 2;

export function sessionsOf(settings: ConnectionSettings): Sessions {
  const idle: Session[] = [];
  const giveBack = async (session: Session): Promise<void> => {
    if (session.isLost() || idle.length >= KEPT_IDLE) await session.close();
    else idle.push(session);
  };
  return {
    open: () => openSession(settings),
    async use(work) {
      const session = idle.find((candidate) => !candidate.isLost()) ?? (await openSession(settings));
      const position = idle.indexOf(session);
      if (position >= 0) idle.splice(position, 1);
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
