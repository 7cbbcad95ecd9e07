import type { EntityOutcome, EntityTally } from '../core/outcomes';
import { counted } from './table';

/** Whether every row of the source is accounted for: read = loaded + rejected + filtered, and read = source. */
export type Account = { readonly kind: 'closed' } | { readonly kind: 'open'; readonly because: string };

/** The account of one entity; an entity that did not finish is open. */
export function accountOf({ state, tally }: Pick<EntityOutcome, 'state' | 'tally'>): Account {
  if (state !== 'complete') return { kind: 'open', because: state };
  const gap = gapIn(tally);
  return gap === null ? { kind: 'closed' } : { kind: 'open', because: gap };
}

function gapIn({ source, read, loaded, rejected, filtered }: EntityTally): string | null {
  if (source === null) return 'source not counted';
  if (read !== source) return `${counted(Math.abs(source - read), 'row')} ${read < source ? 'not read' : 'read twice'}`;
  const accounted = loaded + rejected + filtered;
  return accounted === read ? null : `${counted(Math.abs(read - accounted), 'row')} unaccounted for`;
}
