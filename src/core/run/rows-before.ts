import type { RunSetup } from './run-record';

const PREFIX = 'rowsBefore.';

/** Where the settings hold at which moment of the target they were counted. */
export const MOMENT = 'rowsBeforeAt';

/** The settings of a run with the number of rows that its target tables had before it, by entity, and the moment of the count. */
export function withRowsBefore(
  settings: RunSetup['settings'],
  rows: Readonly<Record<string, number>>,
  moment: string | null = null,
): RunSetup['settings'] {
  const noted = Object.entries(rows).map(([entity, count]) => [`${PREFIX}${entity}`, count] as const);
  return { ...settings, ...Object.fromEntries(noted), ...(moment !== null && { [MOMENT]: moment }) };
}

/** The moment of that count; null where the run is of an earlier cutover. */
export function countedBefore(settings: RunSetup['settings']): string | null {
  const moment = settings[MOMENT];
  return typeof moment === 'string' ? moment : null;
}

/** The settings without those numbers. */
export function withoutRowsBefore(settings: RunSetup['settings']): RunSetup['settings'] {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => name !== MOMENT && !name.startsWith(PREFIX)));
}

/** Rows in the target table of an entity before the run; 0 where the run has not noted any. */
export function rowsBefore(settings: RunSetup['settings'], entity: string): number {
  return Number(settings[`${PREFIX}${entity}`] ?? 0);
}

/** What tells whether rows of others stand in the table of an entity. */
export interface TableShare {
  readonly sharers: readonly unknown[];
  readonly settings: RunSetup['settings'];
  /** Rows that the run has skipped, for others stood in their way: these may have come after the run began. */
  readonly skipped: number;
}

/** Whether rows of others stand there: of another mapping, of before the run, or in the way of a row that was skipped. */
export function isShared(entity: string, { sharers, settings, skipped }: TableShare): boolean {
  return sharers.length > 1 || rowsBefore(settings, entity) > 0 || skipped > 0;
}
