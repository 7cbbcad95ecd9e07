import { rowsAccounted } from '../../core/run/account';
import type { EntityOutcome, EntityTally } from '../../core/run/outcomes';
import { isOfManyMoments } from '../../core/run/snapshots';
import { counted } from '../../core/counted';

/**
 * Whether every row of the source is accounted for: read = inserted + updated + skipped + rejected + filtered = source.
 * `mixed`: the last of these cannot be asked, for its rows are of several SCNs.
 */
export type Account = { readonly kind: 'closed' | 'mixed' } | { readonly kind: 'open'; readonly because: string };

/** The account of one entity; an entity that did not finish is open. */
export function accountOf({ state, tally, snapshots }: Pick<EntityOutcome, 'state' | 'tally' | 'snapshots'>): Account {
  if (state !== 'complete') return { kind: 'open', because: state };
  const isMixed = isOfManyMoments(snapshots);
  const gap = (isMixed ? null : sourceGap(tally)) ?? ownGap(tally);
  if (gap !== null) return { kind: 'open', because: gap };
  return { kind: isMixed ? 'mixed' : 'closed' };
}

function sourceGap({ source, read }: EntityTally): string | null {
  if (source === null) return 'source not counted';
  if (read === source) return null;
  return `${counted(Math.abs(source - read), 'row')} ${read < source ? 'not read' : 'read twice'}`;
}

function ownGap(tally: EntityTally): string | null {
  const { read } = tally;
  const accounted = rowsAccounted(tally);
  return accounted === read ? null : `${counted(Math.abs(read - accounted), 'row')} unaccounted for`;
}
