import { MigrationError } from '../../../core/errors';
import { onlyRow, type Session } from '../../session/session';
import { ident } from '../../session/sql';
import { NUMBER, SEALED_COLUMNS, sealedRows, SET_ASIDE } from './sealed-rows';

/**
 * Throws LEDGER_EDITED where somebody else has edited what a run has noted of foreign keys, triggers, rules and indexes. Nothing but these
 * rows says how to restore them, and their statements run with the rights of the tables' owner.
 */
export async function refuseEditedJournal(session: Session, schema: string, runId: string): Promise<void> {
  if (!(await isSealed(session, schema))) return;
  const s = ident(schema);
  const noted = sealedRows(
    'journal',
    SEALED_COLUMNS.get('journal') ?? [],
    `(select * from ${s}.journal where run = $1)`,
  );
  const { rows } = await session.query<{ edited: boolean }>(
    `select (count(*)::numeric, coalesce(sum(${NUMBER}), 0)) is distinct from
       (select (coalesce(sum(t.rows), 0)::numeric, coalesce(sum(t.sum), 0)::numeric) from ${s}.seal t where t.run = $1 and t.part = $2) as edited
     from (${noted}) h`,
    [runId, SET_ASIDE],
  );
  if (onlyRow(rows).edited) throw journalEdited(runId);
}

/**
 * The same for all runs that may hold something aside, which another run may take over: those that have not ended well, whatever their
 * journals say now, for an emptied one says that there is nothing to restore.
 */
export async function refuseEditedJournals(session: Session, schema: string, runId: string): Promise<void> {
  const { rows } = await session.query<{ run: string }>(
    `select run from ${ident(schema)}.journal where state = 'aside' union select $1
     union select id from ${ident(schema)}.run where state not in ('complete', 'reset') order by run`,
    [runId],
  );
  for (const { run } of rows) await refuseEditedJournal(session, schema, run);
}

/** The temporary ledger of a scan has no seals. */
async function isSealed(session: Session, schema: string): Promise<boolean> {
  const { rows } = await session.query<{ sealed: boolean }>(
    `select exists (select from pg_trigger where tgrelid = to_regclass($1) and tgname = 'seal_update') as sealed`,
    [`${ident(schema)}.journal`],
  );
  return onlyRow(rows).sealed;
}

function journalEdited(runId: string): MigrationError {
  return new MigrationError(
    'LEDGER_EDITED',
    `somebody has edited what the ledger says about foreign keys, triggers and indexes that run ${runId} has to restore`,
    {
      hint: `Nothing was restored from it. Put these rows of the journal back as they were, then run again. If that is impossible, take the run back with: cutover reset --run ${runId} --accept-edited`,
      facts: { runId },
    },
  );
}
