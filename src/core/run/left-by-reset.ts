import { counted, were } from '../counted';
import type { RunSetup } from './run-record';

/** The setting of a run that keeps how many of its rows resets have left. */
export const LEFT_BY_RESET = 'leftByReset';

/** `, but for 2 rows that were changed or deleted since`: what is to be said of a run that was reset; empty where nothing was left. */
export function butForLeft(left: number): string {
  return left === 0 ? '' : `, but for ${counted(left, 'row')} that ${were(left)} changed or deleted since`;
}

/** Rows of the run that resets have left. */
export function leftByReset(settings: RunSetup['settings']): number {
  return Number(settings[LEFT_BY_RESET] ?? 0);
}

/** The setting of a run that keeps which parts of its account had been edited when a reset believed them. */
export const EDITED_AT_RESET = 'editedAtReset';

/** A sentence without its full stop about a run that was taken back by an edited account; null for others. */
export function editedAtReset(settings: RunSetup['settings']): string | null {
  const parts = settings[EDITED_AT_RESET];
  return parts === undefined
    ? null
    : `The ledger had been edited when the run was taken back (${String(parts)}): compare the target with its backup`;
}

/** Whether anything of a run that was taken back is in the target; `said` is the beginning of the sentence. */
export function takenBack(said: string, settings: RunSetup['settings']): string {
  const but = butForLeft(leftByReset(settings));
  const edited = editedAtReset(settings);
  if (edited !== null) return `${said}${but}. ${edited}`;
  return `${said}${but === '' ? ': nothing of it is in the target' : but}`;
}

/** What the names of settings begin with that keep, by entity, how many rejected rows had been loaded later when a reset took it back. */
export const RETRIED_BEFORE_RESET = 'retriedBeforeReset.';

/** Rejected rows that had been loaded later when a reset took their entity back, by entity. */
export function retriedBeforeReset(settings: RunSetup['settings']): (readonly [entity: string, rows: number])[] {
  return Object.entries(settings).flatMap(([name, rows]) =>
    name.startsWith(RETRIED_BEFORE_RESET) ? [[name.slice(RETRIED_BEFORE_RESET.length), Number(rows)] as const] : [],
  );
}

/** The settings without those numbers. */
export function withoutRetriedBefore(settings: RunSetup['settings']): RunSetup['settings'] {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !name.startsWith(RETRIED_BEFORE_RESET)));
}
