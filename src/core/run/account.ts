import type { EntityTally, RowFates } from './outcomes';

/** The account of an entity of which nothing has been read. */
export const NOTHING_READ: EntityTally = {
  source: null,
  read: 0,
  inserted: 0,
  updated: 0,
  skipped: 0,
  rejected: 0,
  filtered: 0,
  checksum: '0'.repeat(16),
};

/** Rows whose values are in the target: those inserted and those that overwrote one. */
export function rowsLoaded({ inserted, updated }: Pick<RowFates, 'inserted' | 'updated'>): number {
  return inserted + updated;
}

/** Rows of which the account says what became of them; equal to `read` where it is closed. */
export function rowsAccounted({ rejected, filtered, skipped, ...fates }: EntityTally): number {
  return rowsLoaded(fates) + skipped + rejected + filtered;
}
