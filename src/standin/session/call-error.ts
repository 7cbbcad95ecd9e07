import { OraError } from '../contract/ora-error';
import { PgFailure } from '../backend/pg-failure';
import type { Translation } from '../contract/translation';
import type { CallError } from '../ttc/responses';
import type { SessionContext } from './context';

const CANCELLED = '57014';

/** What the user asked for by `break()` or a call timeout. */
export const USER_CANCELLED: CallError = {
  ora: 1013,
  message: 'ORA-01013: user requested cancel of current operation',
  position: -1,
};

/** The ORA- error that a failure stands for. Anything unforeseen is ORA-00604, which leaves the connection alive. */
export function callErrorOf(
  session: SessionContext | undefined,
  error: unknown,
  translation: Translation | undefined,
): CallError {
  if (error instanceof PgFailure && session) {
    if (error.error.sqlState === CANCELLED) return USER_CANCELLED;
    const { ora, message, position } = session.database.dialect.errorFor(error.error, translation);
    return { ora, message, position };
  }
  if (error instanceof OraError) return { ora: error.ora, message: error.message, position: error.position };
  const text = error instanceof Error ? error.message : String(error);
  return { ora: 604, message: `ORA-00604: error occurred at recursive SQL level 1: ${text}`, position: -1 };
}
