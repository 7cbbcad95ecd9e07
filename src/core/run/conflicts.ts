/**
 * What happens to a legacy row whose key the target had before the run: it is rejected, or left out (`skip`), or it overwrites that row
 * (`update`), or the load of its entity ends (`abort`). A key that the run itself has written is a duplicate under every policy.
 */
export const CONFLICT_POLICIES = ['reject', 'skip', 'update', 'abort'] as const;

export type ConflictPolicy = (typeof CONFLICT_POLICIES)[number];

/** What a load knows of rows that its table had before the run. */
export interface Conflicts {
  readonly policy: ConflictPolicy;
  readonly rowsBefore: number;
}

/** What becomes of such rows where nobody has decided. */
export const DEFAULT_CONFLICT_POLICY: ConflictPolicy = 'reject';
