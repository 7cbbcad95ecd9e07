/** One finding of a check. Checks return all of them and never stop at the first. */
export interface Issue {
  /** Stable, upper case, e.g. SOURCE_COLUMN_MISSING; listed in docs/ERRORS.md. */
  readonly code: string;
  readonly level: 'error' | 'warning' | 'info';
  /** What is so, lower case, naming the thing; no values of rows. */
  readonly message: string;
  /** The next command or edit. */
  readonly hint?: string;
  /** What it is about: an entity, `entity.property`, a table, `source`, `target`. */
  readonly subject: string;
  /** The things of the target that the message names, each as it is named there, where something goes by them. */
  readonly objects?: readonly string[];
}

/** Whether a list of issues forbids going on. */
export function hasErrors(issues: readonly Issue[]): boolean {
  return issues.some((issue) => issue.level === 'error');
}
