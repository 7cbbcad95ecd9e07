import { DEFAULT_CONFLICT_POLICY, type Conflicts } from './conflicts';
import type { RunSettings } from './run-settings';

/** Rows in the target table of an entity before the run; 0 where the run has not noted any. */
export function rowsBefore({ rowsBefore: noted }: Pick<RunSettings, 'rowsBefore'>, entity: string): number {
  // An entity may be called like what every object has: `constructor`.
  return (Object.hasOwn(noted, entity) ? noted[entity] : undefined) ?? 0;
}

/** How a load of the run for the entity meets the rows that its table had before. */
export function conflictsOf(settings: Pick<RunSettings, 'onConflict' | 'rowsBefore'>, entity: string): Conflicts {
  return { policy: settings.onConflict ?? DEFAULT_CONFLICT_POLICY, rowsBefore: rowsBefore(settings, entity) };
}

/** What tells whether rows of others stand in the table of an entity. */
export interface TableShare {
  readonly sharers: readonly unknown[];
  readonly settings: Pick<RunSettings, 'rowsBefore'>;
  /** Rows that the run has skipped, for others stood in their way: these may have come after the run began. */
  readonly skipped: number;
}

/** Whether rows of others stand there: of another mapping, of before the run, or in the way of a row that was skipped. */
export function isShared(entity: string, { sharers, settings, skipped }: TableShare): boolean {
  return sharers.length > 1 || rowsBefore(settings, entity) > 0 || skipped > 0;
}
