import type { Client } from 'pg';
import { column, connected } from './sql';

/** Ends the session that writes to a table of the ledger, in the middle of its transaction, as a crash would. `work` is what it does. */
export async function endWhenWaiting(
  url: string,
  table: 'rewrite' | 'retry',
  work: () => Promise<unknown>,
): Promise<void> {
  const holder: Client = await connected(url);
  try {
    await holder.query(`begin; lock table cutover.${table} in share row exclusive mode`);
    const done = work();
    done.catch(() => undefined);
    const ended = `select count(pg_terminate_backend(pid)) from pg_locks where not granted and relation = 'cutover.${table}'::regclass`;
    while ((await column(holder, ended))[0] === '0') await holder.query('select pg_sleep(0.02)');
    await holder.query('rollback');
    await done;
  } finally {
    await holder.end();
  }
}
