import { rowsLoaded } from '../../core/run/account';
import type { EntityTally } from '../../core/run/outcomes';

/** One column of a table over accounts. */
export interface TallyColumn {
  readonly heading: string;
  readonly of: (tally: EntityTally) => number;
}

const LOADED: TallyColumn = { heading: 'loaded', of: rowsLoaded };
const BY_FATE: readonly TallyColumn[] = [
  { heading: 'inserted', of: ({ inserted }) => inserted },
  { heading: 'updated', of: ({ updated }) => updated },
  { heading: 'skipped', of: ({ skipped }) => skipped },
];
const REST: readonly TallyColumn[] = [
  { heading: 'rejected', of: ({ rejected }) => rejected },
  { heading: 'filtered', of: ({ filtered }) => filtered },
];

/** What became of the rows read. Loaded rows are one column, unless some met a row in the target (`--on-conflict`). */
export function tallyColumns(tallies: readonly EntityTally[]): readonly TallyColumn[] {
  const metSome = tallies.some(({ updated, skipped }) => updated + skipped > 0);
  return [...(metSome ? BY_FATE : [LOADED]), ...REST];
}
