import { onlyRow, type Session } from './session';
import { isConnectionLoss } from './sqlstate';

/** Closing it gives it back. One whose work has failed is to be ended instead. */
export interface LaneSession extends Session {
  /** Closes it for good. */
  end(): Promise<void>;
}

interface Lending {
  readonly open: () => Promise<Session>;
  /** One that was given back; undefined where there is none. */
  readonly kept: () => Session | undefined;
  readonly giveBack: (session: Session) => Promise<void>;
  readonly end: (session: Session) => Promise<void>;
}

/** See `Sessions.lendLane`. */
export function lendingLanes({ open, kept, giveBack, end }: Lending): <T>(begin: Begin<T>) => Promise<T> {
  /** Of a session that nobody has changed, which are the same for all. */
  let asSetUp: string | null = null;
  const laneOf = (session: Session): LaneSession => ({
    ...session,
    end: () => end(session),
    close: async () => {
      const settings = await cleared(session).catch(() => null);
      await (settings !== null && settings === asSetUp ? giveBack(session) : end(session));
    },
  });
  const begun = async <T>(session: Session, begin: Begin<T>): Promise<T> => {
    try {
      asSetUp ??= await settingsOf(session);
      return await begin(laneOf(session));
    } catch (error) {
      await end(session);
      throw error;
    }
  };
  return async (begin) => {
    const session = kept();
    if (session === undefined) return begun(await open(), begin);
    try {
      return await begun(session, begin);
    } catch (error) {
      if (!isConnectionLoss(error)) throw error;
      return begun(await open(), begin);
    }
  };
}

type Begin<T> = (session: LaneSession) => Promise<T>;

/**
 * All that a session may set for itself, and who it is: a trigger or a default of the target may have changed that for good. Settings of
 * extensions, whose names have a dot, appear when a function loads the extension.
 */
const SETTINGS = `md5(session_user || ' ' || current_user || string_agg(name || '=' || setting, ' ' order by name)) as settings
  from pg_settings where context in ('user', 'superuser') and name not like '%.%'`;

async function settingsOf(session: Session): Promise<string> {
  const { rows } = await session.query<{ settings: string }>(`select ${SETTINGS}`);
  return onlyRow(rows).settings;
}

/** The lanes' lock goes last: whoever waits for it finds nothing of the lane. */
async function cleared(session: Session): Promise<string> {
  await session.query('discard temp; reset client_min_messages');
  const { rows } = await session.query<{ settings: string }>(`select pg_advisory_unlock_all(), ${SETTINGS}`);
  return onlyRow(rows).settings;
}
