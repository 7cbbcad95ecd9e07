import type { BackendError } from '../contract/translation';

/** PostgreSQL refused a statement; the session turns it into the ORA- error it stands for. */
export class PgFailure extends Error {
  override readonly name = 'PgFailure';

  constructor(readonly error: BackendError) {
    super(`${error.sqlState} ${error.message}`);
  }
}
