import type { RepairedEntity, RunTrail, TrailMark, ValidationRecord } from './evidence';

type DoneSince = Pick<RunTrail, 'repairs' | 'retries' | 'resets'>;

/** What had been done to the rows of a run when its trail was read. */
export function markOf({ repairs, retries, resets }: DoneSince): TrailMark {
  const retried: Record<string, number> = {};
  for (const { entity, rows } of retries) retried[entity] = (retried[entity] ?? 0) + rows;
  return { repairs: repairs.length, retried, resets: resets.length };
}

/** Whether rows of the entity were repaired or loaded after it was compared. */
export function isChangedSince(
  entity: string,
  { seen, at }: Pick<ValidationRecord, 'seen' | 'at'>,
  trail: DoneSince,
): boolean {
  const repaired = trail.repairs.filter((repair, nth) => (seen === undefined ? repair.at > at : nth >= seen.repairs));
  if (repaired.some(({ entities }) => entities.some((one) => one.entity === entity && repairedRows(one) > 0)))
    return true;
  if (seen === undefined) return trail.retries.some((retry) => retry.entity === entity && retry.at > at);
  return (markOf(trail).retried[entity] ?? 0) !== (seen.retried[entity] ?? 0);
}

/** Whether the entity was taken back after it was compared: none of its rows is the one that was looked at. */
export function isTakenBackSince(
  entity: string,
  { seen, at }: Pick<ValidationRecord, 'seen' | 'at'>,
  { resets }: Pick<RunTrail, 'resets'>,
): boolean {
  const later = resets.filter((reset, nth) => (seen === undefined ? reset.at > at : nth >= seen.resets));
  return later.some(({ entities }) => entities === null || entities.includes(entity));
}

/** Rows that a repair has written or removed. */
export function repairedRows({ inserted, replaced, deleted, undoubled }: RepairedEntity): number {
  return inserted + replaced + deleted + undoubled;
}
