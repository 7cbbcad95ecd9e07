import { lockKey, takeIfFree } from '../session/locks';
import type { Session } from '../session/session';
import { ident } from '../session/sql';

/** How the schemas of rehearsals begin. */
export const REHEARSAL_PREFIX = 'cutover_rehearsal_';

/** Removes the schemas of rehearsals whose process is gone: nobody holds their lock any more. Their names. */
export async function removeLeftovers(session: Session): Promise<string[]> {
  const { rows } = await session.query<{ name: string }>(
    `select nspname::text as name from pg_namespace where nspname ~ $1
     and pg_has_role(nspowner, 'usage') order by nspname`,
    [`^${REHEARSAL_PREFIX}[0-9a-f]+$`],
  );
  const removed: string[] = [];
  for (const { name } of rows) {
    const key = lockKey('rehearsal', name);
    if (!(await takeIfFree(session, key))) continue;
    try {
      await session.query(`drop schema if exists ${ident(name)} cascade`);
      removed.push(name);
    } finally {
      await session.query('select pg_advisory_unlock($1)', [key]);
    }
  }
  return removed;
}
