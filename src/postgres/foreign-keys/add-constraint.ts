import type { OrphanVerdict } from '../../core/run/outcomes';
import { keysCanBeNotValid } from '../catalogue/not-valid-keys';
import type { Session } from '../session/session';
import { sqlStateOf } from '../session/sqlstate';
import type { JournalKey } from './journal';
import { cannotBeNotValid, keyStanding, nameTaken } from './key-standing';
import { addKey, validateKey } from './key-statements';
import { FOREIGN_KEY_VIOLATION } from '../session/row-states';

/**
 * Puts a foreign key back, unvalidated, so that writers wait for a moment only; then lets the server check the rows. Each statement
 * commits by itself; what a crash has left is found and continued.
 */
export async function addConstraint(
  session: Session,
  key: JournalKey,
  then: 'validate' | 'leave',
): Promise<OrphanVerdict['constraint']> {
  const standing = await keyStanding(session, key);
  if (standing === 'valid') return 'valid';
  if (standing === 'taken') throw await nameTaken(session, key);
  const canBeNotValid = await keysCanBeNotValid(session, key.table);
  if (standing !== 'not-valid') {
    const added = await validate(session, addKey(key, canBeNotValid ? 'not-valid' : 'checked'));
    if (added === 'not-valid') throw cannotBeNotValid(key);
  }
  if (then === 'leave' && canBeNotValid) return 'not-valid';
  return validate(session, validateKey(key));
}

async function validate(session: Session, statement: string): Promise<OrphanVerdict['constraint']> {
  try {
    await session.query(statement);
    return 'valid';
  } catch (error) {
    if (sqlStateOf(error) === FOREIGN_KEY_VIOLATION) return 'not-valid';
    throw error;
  }
}
