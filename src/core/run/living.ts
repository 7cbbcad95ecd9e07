/** What came of bringing back, early, what a run has taken away from tables that had rows before it. */
export interface LivingRestored {
  /** Objects that are back: foreign keys, triggers, indexes. */
  readonly restored: number;
  /** Foreign keys among them that the rows do not hold to yet, as `key of table`: NOT VALID, which binds new rows only. */
  readonly notValid: readonly string[];
  /** What could not be brought back, and why. */
  readonly left: readonly { readonly object: string; readonly because: string }[];
}

export const NOTHING_LIVING: LivingRestored = { restored: 0, notValid: [], left: [] };
