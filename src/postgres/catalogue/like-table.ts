import type { Session } from '../session/session';

/** From this version on a column has a method of compression of its own. */
const VERSION_14 = 140_000;

/** SQL in `create table … (like …)`: values of the copy are stored as those of the original, and take as much room. */
export async function includingStorage(session: Session): Promise<string> {
  const { rows } = await session.query<{ since: boolean }>(
    `select current_setting('server_version_num')::int >= ${VERSION_14} as since`,
  );
  return rows[0]?.since === true ? 'including storage including compression' : 'including storage';
}
