import type { Client } from 'pg';
import { openPostgresTarget } from '../../src/postgres/open-target';
import { column, connected } from './sql';

/** Keeps whoever writes to a table of the ledger waiting, while reading goes on: a run stops where a test wants it. */
export interface LedgerHold {
  /** Resolves when somebody waits. */
  readonly reached: () => Promise<void>;
  readonly letGo: () => Promise<void>;
}

export async function holdLedger(url: string, table: 'entity_table' | 'journal'): Promise<LedgerHold> {
  const target = await openPostgresTarget({ url });
  await target.ledger.install();
  await target.close();
  const holder: Client = await connected(url);
  await holder.query(`begin; lock table cutover.${table} in share row exclusive mode`);
  return {
    reached: async () => {
      const waiting = `select count(*) from pg_locks where not granted and relation = 'cutover.${table}'::regclass`;
      while ((await column(holder, waiting))[0] === '0') await holder.query('select pg_sleep(0.02)');
    },
    letGo: async () => {
      await holder.query('rollback');
      await holder.end();
    },
  };
}
