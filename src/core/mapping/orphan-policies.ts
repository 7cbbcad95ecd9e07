import type { OrphanPolicy, TableMapping } from './table-mapping';

/** The policy for rows whose parent is missing, of the reference that a property maps; `migrate/target/settle-orphans.ts` carries it out. */
export function orphanPolicyOf({ orphans }: Pick<TableMapping, 'orphans'>, property: string): OrphanPolicy {
  return orphans[property] ?? DEFAULT_ORPHAN_POLICY;
}

export const DEFAULT_ORPHAN_POLICY: OrphanPolicy = 'reject';

/** What decides which policies a key admits: its columns that may be null, and whether it can be there over rows that break it (NOT VALID). */
export interface OrphanKey {
  readonly columns: readonly string[];
  readonly match?: 'simple' | 'full';
  readonly nullable: readonly string[];
  readonly canBeNotValid: boolean;
}

/** The policies for orphans that a key admits: `reject` always. Under MATCH FULL a reference that is null in part is refused as well. */
export function possiblePolicies({ columns, match, nullable, canBeNotValid }: OrphanKey): OrphanPolicy[] {
  const cleared = columns.filter((column) => nullable.includes(column)).length;
  const canBeNull = match === 'full' ? cleared === columns.length : cleared > 0;
  return ['reject', ...(canBeNull ? (['null'] as const) : []), ...(canBeNotValid ? (['keep'] as const) : [])];
}

/** Those beside one that cannot be carried out, for a hint: `'reject' or 'keep'`; empty for none. */
export function otherPolicies(key: OrphanKey, not: OrphanPolicy): string {
  const others = possiblePolicies(key).filter((policy) => policy !== not);
  return others.map((policy) => `'${policy}'`).join(' or ');
}
