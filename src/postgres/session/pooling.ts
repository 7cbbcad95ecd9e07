import type { Issue } from '../../core/issues';
import { onlyRow, type Session } from './session';
import type { Sessions } from './sessions';

interface Backend {
  readonly mark: string | null;
  readonly pid: number;
}

const PROBES = 5;

/**
 * A proxy that hands each transaction to another backend loses what belongs to the session: settings, locks, COPY after BEGIN. On a
 * quiet proxy one session always meets the same backend; a second one, in the middle of a transaction, then sits on that very one.
 */
export async function checkPooling(session: Session, sessions: Pick<Sessions, 'open'>): Promise<Issue[]> {
  const mark = `${process.pid}.${Date.now()}`;
  await session.query(`select set_config('cutover.session', $1, false)`, [mark]);
  const own = await backendOf(session);
  const other = await sessions.open();
  try {
    await other.query('begin');
    const beside = await backendOf(other);
    // With that backend taken the proxy could not answer at all, so this comes before the session is asked again.
    if (beside.pid === own.pid || beside.mark === mark) return [POOLED];
    for (let probe = 0; probe < PROBES; probe++) {
      const seen = await backendOf(session);
      if (seen.pid !== own.pid || seen.mark !== mark) return [POOLED];
    }
    return [];
  } finally {
    // Some proxies give the backend back at the end of a transaction only, not when its client leaves.
    await other.query('rollback').catch(() => undefined);
    await other.close();
  }
}

async function backendOf(session: Session): Promise<Backend> {
  const { rows } = await session.query<{ mark: string | null; pid: number }>(
    `select current_setting('cutover.session', true) as mark, pg_backend_pid() as pid`,
  );
  return onlyRow(rows);
}

const POOLED: Issue = {
  code: 'TARGET_POOLED',
  level: 'error',
  message: 'a proxy between here and the target gives each transaction another session',
  hint: 'Connect to the server itself, or set pool_mode = session for this database in the proxy.',
  subject: 'target',
};
