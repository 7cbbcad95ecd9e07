import { onlyRow, type Session } from './session';

/** Answers with the path that it replaces: the inner query has no part in the outer one's order of columns, and is done first. */
const LEAVE = `select path, set_config('search_path', 'pg_catalog', false)
  from (select current_setting('search_path') as path offset 0) before`;

/** Runs `work` with nothing on the search path, so that the catalogue's functions qualify every name they print. */
export async function withQualifiedNames<T>(session: Session, work: () => Promise<T>): Promise<T> {
  const { rows } = await session.query<{ path: string }>(LEAVE);
  const { path } = onlyRow(rows);
  try {
    return await work();
  } finally {
    // In a failed transaction this fails as well; its rollback then restores the path.
    await session.query(`select set_config('search_path', $1, false)`, [path]).catch(() => undefined);
  }
}
