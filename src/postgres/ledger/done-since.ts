import type { RepairRecord, ResetRecord, RetryRecord, RunTrail } from '../../core/run/evidence';
import type { Session } from '../session/session';
import type { ReadableLedger } from './schema/readable';

interface At {
  readonly ledger: ReadableLedger;
  readonly runId: string;
}

/** What was done to the rows of a run after its load: repairs, rejected rows that were loaded later, resets. */
export async function readDoneSince(
  session: Session,
  at: At,
): Promise<Pick<RunTrail, 'repairs' | 'retries' | 'resets'>> {
  return {
    repairs: await readRepairs(session, at),
    retries: await readRetries(session, at),
    resets: await readResets(session, at),
  };
}

interface RepairRow {
  readonly at: Date;
  readonly facts: { readonly entities?: RepairRecord['entities'] } | null;
}

async function readRepairs(session: Session, { ledger, runId }: At): Promise<RepairRecord[]> {
  const { rows } = await session.query<RepairRow>(
    `select at, facts from ${ledger.of('repair')} repair where run = $1 order by at, list`,
    [runId],
  );
  return rows.map(({ at: done, facts }) => ({ at: done.toISOString(), entities: facts?.entities ?? [] }));
}

interface RetryRow {
  readonly entity: string;
  readonly fingerprint: string;
  readonly loaded: string;
  readonly at: Date;
}

async function readRetries(session: Session, { ledger, runId }: At): Promise<RetryRecord[]> {
  const { rows } = await session.query<RetryRow>(
    `select entity, fingerprint, loaded, at from ${ledger.of('retry')} retry
     where run = $1 and loaded > 0 order by at, entity, fingerprint`,
    [runId],
  );
  return rows.map(({ entity, fingerprint, loaded, at: done }) => {
    return { entity, fingerprint, rows: Number(loaded), at: done.toISOString() };
  });
}

async function readResets(session: Session, { ledger, runId }: At): Promise<ResetRecord[]> {
  const { rows } = await session.query<{ at: Date; entities: string[] | null }>(
    `select at, entities from ${ledger.of('taken_back')} taken_back where run = $1 order by nth`,
    [runId],
  );
  return rows.map(({ at: done, entities }) => ({ at: done.toISOString(), entities }));
}
