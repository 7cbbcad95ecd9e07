import { MigrationError } from '../../core/errors';
import type { RunClaim } from '../../core/ports/target';
import type { Session } from './session';
import type { Sessions } from './sessions';
import { ident } from './sql';
import { claimLedger, holdsLock, joinLanes, lockKey } from './locks';

/** What this process has claimed of a ledger, and the one way in for sessions that write under it. */
export interface Operator {
  /** Shuts out other operators of the ledger until the claim is released. Throws RUN_ACTIVE. */
  claim(runId: string): Promise<RunClaim>;
  /**
   * Makes the session a lane. Where the claim's own session was lost in the meantime (cut by the network, ended on the server), the
   * claim is taken anew; throws RUN_ACTIVE where another operator was faster, or has taken the run back meanwhile. Without a claim nothing
   * is verified.
   */
  join(session: Session): Promise<void>;
  /** The same for a session of another thread, which has joined by itself. */
  assure(): Promise<void>;
  /**
   * Runs work as a lane does, in a session of its own: no other operator can start before the server has ended it, and what triggers or
   * functions of the target set in it goes with it.
   */
  during<T>(work: (session: Session) => Promise<T>): Promise<T>;
}

interface Claim {
  readonly runId: string;
  readonly session: Session;
  readonly backend: number;
}

export function operatorOf(sessions: Sessions, schema: string): Operator {
  let held: Claim | null = null;
  let last: Promise<void> = Promise.resolve();
  const take = (runId: string, lanes: 'wait-for-lanes' | 'own-lanes'): Promise<Claim> =>
    sessions.openFor(async (session) => {
      const backend = await claimLedger(session, schema, lanes);
      // Whoever was the operator meanwhile may have ended.
      if (lanes === 'own-lanes') await refuseTakenBack(session, schema, runId);
      return { runId, session, backend };
    });
  // Asked of the server: a client learns late, or never, that the other end of an idle connection is gone.
  const verify = async (session: Session): Promise<void> => {
    if (held === null || (await holdsLock(session, lockKey('operator', schema), held.backend))) return;
    await held.session.close();
    held = await take(held.runId, 'own-lanes');
  };
  // One after the other: two lanes that both take the claim anew would shut each other out.
  const verifyInTurn = (session: Session): Promise<void> => {
    const turn = last.then(() => verify(session));
    last = turn.catch(() => undefined);
    return turn;
  };
  const assure = (): Promise<void> => sessions.use(verifyInTurn);
  return {
    ...joining({ sessions, schema }, verifyInTurn),
    assure,
    claim: async (runId) => {
      held = await take(runId, 'wait-for-lanes');
      return {
        release: async () => {
          const releasing = held;
          held = null;
          await releasing?.session.close();
        },
      };
    },
  };
}

/** The operator of another thread, under the claim that the run's own holds; `assure` asks that one. */
export function operatorElsewhere(sessions: Sessions, schema: string, assure: () => Promise<void>): Operator {
  return {
    ...joining({ sessions, schema }, assure),
    assure,
    claim: () => Promise.reject(claimedElsewhere()),
  };
}

function joining(
  { sessions, schema }: { readonly sessions: Sessions; readonly schema: string },
  verify: (session: Session) => Promise<void>,
): Pick<Operator, 'join' | 'during'> {
  const join = async (session: Session): Promise<void> => {
    // The lane's lock comes first: an operator that starts from here on waits for this lane.
    await joinLanes(session, schema);
    await verify(session);
  };
  return {
    join,
    during: async (work) => {
      const session = await sessions.open();
      try {
        await join(session);
        return await work(session);
      } finally {
        await session.close();
      }
    },
  };
}

/** A process that was stopped for long finds its sessions ended; another operator may have reset the run since, and loaded the tables anew. */
async function refuseTakenBack(session: Session, schema: string, runId: string): Promise<void> {
  const { rows } = await session.query<{ there: boolean }>('select to_regclass($1) is not null as there', [
    `${ident(schema)}.run`,
  ]);
  const found = rows[0]?.there
    ? await session.query(`select from ${ident(schema)}.run where id = $1 and state <> 'reset'`, [runId])
    : null;
  if (found?.rowCount !== 1) throw takenBack(runId);
}

function takenBack(runId: string): MigrationError {
  return new MigrationError('RUN_ACTIVE', `another operator has reset run ${runId} while this one was cut off`, {
    hint: 'Nothing more was written. See what stands in the target now: "cutover ledger list".',
    facts: { runId },
  });
}

function claimedElsewhere(): MigrationError {
  return new MigrationError('INTERNAL', 'a lane claims no run: its process has', {
    hint: 'Report this as a defect of cutover.',
  });
}
