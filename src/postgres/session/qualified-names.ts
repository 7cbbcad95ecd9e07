import type { Session } from './session';

/** Runs `work` with nothing on the search path, so that the catalogue's functions qualify every name they print. */
export async function withQualifiedNames<T>(session: Session, work: () => Promise<T>): Promise<T> {
  const { rows } = await session.query<{ path: string }>(`select current_setting('search_path') as path`);
  await session.query(`select set_config('search_path', 'pg_catalog', false)`);
  try {
    return await work();
  } finally {
    // In a failed transaction this fails as well; its rollback then restores the path.
    await session.query(`select set_config('search_path', $1, false)`, [rows[0]?.path]).catch(() => undefined);
  }
}
