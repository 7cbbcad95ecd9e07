import type { RunClaim } from '../../core/ports/target';
import type { Session } from '../session';
import type { Sessions } from '../sessions';
import { claimLedger, holdsLock, joinLanes, leaveLanes, lockKey } from './locks';

/** What this process has claimed of a ledger, and the one way in for sessions that write under it. */
export interface Operator {
  /** Shuts out other operators until the claim is released. Throws RUN_ACTIVE. */
  claim(): Promise<RunClaim>;
  /**
   * Makes the session a lane. Where the claim's own session was lost in the meantime (cut by the network, ended on the server), the
   * claim is taken anew; throws RUN_ACTIVE where another operator was faster. Without a claim nothing is verified.
   */
  join(session: Session): Promise<void>;
  /** Runs work of other sessions as a lane does: no other operator can start before it ends. */
  during<T>(work: () => Promise<T>): Promise<T>;
}

interface Claim {
  readonly session: Session;
  readonly backend: number;
}

export function operatorOf(sessions: Sessions, schema: string): Operator {
  let held: Claim | null = null;
  let last: Promise<void> = Promise.resolve();
  const take = async (lanes: 'wait-for-lanes' | 'own-lanes'): Promise<void> => {
    const session = await sessions.open();
    try {
      held = { session, backend: await claimLedger(session, schema, lanes) };
    } catch (error) {
      await session.close();
      throw error;
    }
  };
  // Asked of the server: a client learns late, or never, that the other end of an idle connection is gone.
  const verify = async (session: Session): Promise<void> => {
    if (held === null || (await holdsLock(session, lockKey('operator', schema), held.backend))) return;
    await held.session.close();
    await take('own-lanes');
  };
  const join = async (session: Session): Promise<void> => {
    // The lane's lock comes first: an operator that starts from here on waits for this lane.
    await joinLanes(session, schema);
    // One after the other: two lanes that both take the claim anew would shut each other out.
    const turn = last.then(() => verify(session));
    last = turn.catch(() => undefined);
    await turn;
  };
  return {
    claim: async () => {
      await take('wait-for-lanes');
      return {
        release: async () => {
          const releasing = held;
          held = null;
          await releasing?.session.close();
        },
      };
    },
    join,
    during: (work) =>
      sessions.use(async (session) => {
        try {
          await join(session);
          return await work();
        } finally {
          await leaveLanes(session, schema);
        }
      }),
  };
}
