import type { EntityTally, RowFates } from './outcomes';

/** Rows whose values are in the target: those inserted and those that overwrote one. */
export function rowsLoaded({ inserted, updated }: Pick<RowFates, 'inserted' | 'updated'>): number {
  return inserted + updated;
}

/** Rows of which the account says what became of them; equal to `read` where it is closed. */
export function rowsAccounted({ rejected, filtered, skipped, ...fates }: EntityTally): number {
  return rowsLoaded(fates) + skipped + rejected + filtered;
}
