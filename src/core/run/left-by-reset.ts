import { counted, were } from '../counted';
import type { RunSettings } from './run-settings';

/** `, but for 2 rows that were changed or deleted since`: what is to be said of a run that was reset; empty where nothing was left. */
export function butForLeft(left: number): string {
  return left === 0 ? '' : `, but for ${counted(left, 'row')} that ${were(left)} changed or deleted since`;
}

/** A sentence without its full stop about a run that was taken back by an edited account; null for others. */
export function editedAtReset({ editedAtReset: parts }: Pick<RunSettings, 'editedAtReset'>): string | null {
  return parts === null
    ? null
    : `The ledger had been edited when the run was taken back (${parts}): compare the target with its backup`;
}

/** Whether anything of a run that was taken back is in the target; `said` is the beginning of the sentence. */
export function takenBack(said: string, settings: Pick<RunSettings, 'leftByReset' | 'editedAtReset'>): string {
  const but = butForLeft(settings.leftByReset);
  const edited = editedAtReset(settings);
  if (edited !== null) return `${said}${but}. ${edited}`;
  return `${said}${but === '' ? ': nothing of it is in the target' : but}`;
}

/** What a reset of a run, or of some of its entities, has to say of it afterwards. */
interface TakenBack {
  /** Null: all. */
  readonly entities: readonly string[] | null;
  /** Rows that were left. */
  readonly left: number;
  /** Parts of the account that had been edited and were believed. */
  readonly edited: readonly string[];
  /** By entity: rejected rows that had been loaded later. */
  readonly retried: Readonly<Record<string, number>>;
}

/** The settings of a run after a reset: what it says is added to what earlier ones said; retries of what was taken back are forgotten. */
export function afterReset(settings: RunSettings, { entities, left, edited, retried }: TakenBack): RunSettings {
  const begun = Object.entries(settings.retriesBegun);
  const earlier = new Map(Object.entries(settings.retriedBeforeReset));
  const added = Object.entries(retried).map(([entity, rows]) => [entity, rows + (earlier.get(entity) ?? 0)] as const);
  const parts = [...(settings.editedAtReset === null ? [] : [settings.editedAtReset]), ...edited];
  return {
    ...settings,
    leftByReset: settings.leftByReset + left,
    editedAtReset: parts.length === 0 ? null : parts.join(', '),
    retriesBegun: Object.fromEntries(entities === null ? [] : begun.filter(([entity]) => !entities.includes(entity))),
    retriedBeforeReset: Object.fromEntries([...earlier, ...added]),
  };
}
