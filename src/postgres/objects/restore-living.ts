import { MigrationError } from '../../core/errors';
import { NOTHING_LIVING, type LivingRestored } from '../../core/run/living';
import { addConstraint } from '../foreign-keys/add-constraint';
import { closeKey, type JournalKey } from '../foreign-keys/journal';
import { hasLedger } from '../ledger/schema/schema';
import { refuseEditedJournal } from '../ledger/seal/edited-journal';
import type { Place } from '../session/place';
import { inTransaction, type Session } from '../session/session';
import { FOREIGN_KEY_VIOLATION } from '../session/row-states';
import { isConnectionLoss, LOCK_NOT_AVAILABLE, sqlStateOf } from '../session/sqlstate';
import { inRestoringOrder } from './aside-object';
import { livingAside } from './living';
import { restoreOne } from './restore-objects';

/** One step: what it brings back, and how. */
interface Step {
  readonly object: string;
  readonly work: () => Promise<'valid' | 'not-valid'>;
}

/**
 * Brings back what a run has taken away from tables that had rows before it, whatever it has loaded: keys that the rows do not hold to stay
 * NOT VALID, and no orphan is moved, for the load is not done. One that does not come back stops no other. Safe to repeat.
 */
export async function restoreLiving(
  session: Session,
  { ledgerSchema: schema }: Place,
  runId: string,
): Promise<LivingRestored> {
  if (!(await hasLedger(session, schema))) return NOTHING_LIVING;
  await refuseEditedJournal(session, schema, runId);
  const { keys, objects } = await livingAside(session, schema, runId);
  const steps: Step[] = [
    ...keys.map((key) => ({ object: nameOf(key), work: () => keyBack(session, schema, key) })),
    ...inRestoringOrder(objects).map((object) => ({
      object: `${object.kind} ${nameOf(object)}`,
      work: async () => {
        await inTransaction(session, () => restoreOne(session, schema, object));
        return 'valid' as const;
      },
    })),
  ];
  return carriedOut(steps);
}

async function carriedOut(steps: readonly Step[]): Promise<LivingRestored> {
  const notValid: string[] = [];
  const left: LivingRestored['left'][number][] = [];
  for (const { object, work } of steps) {
    try {
      if ((await twice(work)) === 'not-valid') notValid.push(object);
    } catch (error) {
      if (isConnectionLoss(error)) throw error;
      left.push({ object, because: reasonOf(error) });
    }
  }
  return { restored: steps.length - left.length, notValid, left };
}

async function twice<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (sqlStateOf(error) !== LOCK_NOT_AVAILABLE) throw error;
    return work();
  }
}

async function keyBack(session: Session, schema: string, key: JournalKey): Promise<'valid' | 'not-valid'> {
  const constraint = await addConstraint(session, key, key.validated ? 'validate' : 'leave');
  await closeKey(session, schema, { seq: key.seq, state: constraint === 'valid' ? 'restored' : 'not-valid' });
  return constraint;
}

function nameOf({ name, table }: Pick<JournalKey, 'name' | 'table'>): string {
  return `${name} of ${table.name}`;
}

/** The message of the server may quote a row. */
function reasonOf(error: unknown): string {
  const state = sqlStateOf(error);
  if (state === FOREIGN_KEY_VIOLATION)
    return 'rows break it, and this server adds no key to a partitioned table unproven (SQLSTATE 23503)';
  if (state !== null) return `the server refuses it with SQLSTATE ${state}`;
  if (error instanceof MigrationError) return error.message;
  return `for an unforeseen reason (${error instanceof Error ? error.name : typeof error})`;
}
