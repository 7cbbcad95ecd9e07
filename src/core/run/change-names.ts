import { BY_DEFAULT, BY_TRANSFORMER } from '../mapping/change-kinds';
import type { ChangeTally } from './outcomes';
import type { RunRecord } from './run-record';

/** Under which the ledger counts references that the orphan policy `null` has cleared. */
export const ORPHAN_CLEARED = 'orphan→null';

/** What an earlier cutover counted otherwise: a difference in that direction is what is to be expected of its runs. */
interface Renaming {
  readonly kind: string;
  readonly counted: 'more now' | 'less now';
  /** Ends a sentence that begins with "since then". */
  readonly since: string;
}

/**
 * How the names of changes came to be other than in runs of earlier cutovers, oldest first. A run notes how many of these it knew. Whoever
 * changes what is counted, or under which name, adds a line at the END. Never remove or reorder one that has landed.
 */
const RENAMINGS: readonly Renaming[] = [
  { kind: BY_DEFAULT, counted: 'more now', since: 'the defaults that `.or` gives are counted' },
  {
    kind: BY_TRANSFORMER,
    counted: 'less now',
    since: 'a list that TypeORM only writes otherwise is not counted as changed by a column transformer',
  },
];

/** How many of them a run knows that begins now. */
export const CHANGE_NAMES = RENAMINGS.length;

/** How often a property was changed by the ledger, and counted again. */
export interface Recounted extends Pick<ChangeTally, 'property' | 'kind'> {
  readonly inLedger: number;
  readonly counted: number;
}

/** Why a run that began under other names differs so from what is counted now; null where that is no reason. */
export function renamedSince(
  { settings }: Pick<RunRecord, 'settings'>,
  { kind, inLedger, counted }: Recounted,
): string | null {
  const direction = counted > inLedger ? 'more now' : 'less now';
  const later = RENAMINGS.slice(settings.changeNames);
  return later.find((renaming) => renaming.kind === kind && renaming.counted === direction)?.since ?? null;
}
