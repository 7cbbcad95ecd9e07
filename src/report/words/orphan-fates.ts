import type { OrphanPolicy } from '../../core/mapping/table-mapping';

/** What became of rows without a parent, by the policy for them. */
export const ORPHAN_FATES: Readonly<Record<OrphanPolicy, string>> = {
  reject: 'rejected',
  null: 'set to null',
  keep: 'kept',
};
