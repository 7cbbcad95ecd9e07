import type { RepairRecord, RetryRecord, RunTrail } from '../../core/evidence';
import { onlyRow, type Session } from '../session';
import { ident } from '../sql';

interface At {
  readonly schema: string;
  readonly runId: string;
}

/** What was done to the rows of a run after its load: repairs, and rejected rows that were loaded later. A ledger of an earlier cutover knows none. */
export async function readDoneSince(session: Session, at: At): Promise<Pick<RunTrail, 'repairs' | 'retries'>> {
  return { repairs: await readRepairs(session, at), retries: await readRetries(session, at) };
}

interface RepairRow {
  readonly at: Date;
  readonly facts: { readonly entities?: RepairRecord['entities'] } | null;
}

async function readRepairs(session: Session, at: At): Promise<RepairRecord[]> {
  if (!(await isThere(session, at, 'repair'))) return [];
  const { rows } = await session.query<RepairRow>(
    `select at, facts from ${ident(at.schema)}.repair where run = $1 order by at, list`,
    [at.runId],
  );
  return rows.map(({ at: done, facts }) => ({ at: done.toISOString(), entities: facts?.entities ?? [] }));
}

interface RetryRow {
  readonly entity: string;
  readonly fingerprint: string;
  readonly loaded: string;
  readonly at: Date;
}

async function readRetries(session: Session, at: At): Promise<RetryRecord[]> {
  if (!(await isThere(session, at, 'retry'))) return [];
  const { rows } = await session.query<RetryRow>(
    `select entity, fingerprint, loaded, at from ${ident(at.schema)}.retry
     where run = $1 and loaded > 0 order by at, entity, fingerprint`,
    [at.runId],
  );
  return rows.map(({ entity, fingerprint, loaded, at: done }) => {
    return { entity, fingerprint, rows: Number(loaded), at: done.toISOString() };
  });
}

async function isThere(session: Session, { schema }: At, table: string): Promise<boolean> {
  const { rows } = await session.query<{ there: boolean }>('select to_regclass($1) is not null as there', [
    `${ident(schema)}.${table}`,
  ]);
  return onlyRow(rows).there;
}
