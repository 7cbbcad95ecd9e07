import type { RepairedEntity, RunTrail, TrailMark, ValidationRecord } from './evidence';

/** What had been done to the rows of a run when its trail was read. */
export function markOf({ repairs, retries }: Pick<RunTrail, 'repairs' | 'retries'>): TrailMark {
  const retried: Record<string, number> = {};
  for (const { entity, rows } of retries) retried[entity] = (retried[entity] ?? 0) + rows;
  return { repairs: repairs.length, retried };
}

/** Whether rows of the entity were repaired or loaded after it was compared. */
export function isChangedSince(
  entity: string,
  { seen, at }: Pick<ValidationRecord, 'seen' | 'at'>,
  trail: Pick<RunTrail, 'repairs' | 'retries'>,
): boolean {
  const repaired = trail.repairs.filter((repair, nth) => (seen === undefined ? repair.at > at : nth >= seen.repairs));
  if (repaired.some(({ entities }) => entities.some((one) => one.entity === entity && repairedRows(one) > 0)))
    return true;
  if (seen === undefined) return trail.retries.some((retry) => retry.entity === entity && retry.at > at);
  return (markOf(trail).retried[entity] ?? 0) !== (seen.retried[entity] ?? 0);
}

/** Rows that a repair has written or removed. */
export function repairedRows({ inserted, replaced, deleted, undoubled }: RepairedEntity): number {
  return inserted + replaced + deleted + undoubled;
}
