import type { KeyRecord, RunTrail } from '../../core/run/evidence';
import type { OrphanVerdict } from '../../core/run/outcomes';
import type { KeyReport } from './run-report';

type Trail = Pick<RunTrail, 'foreignKeys' | 'starts' | 'resets'>;

/** The keys of a run with their orphans: a line for each entity whose orphans the latest start settled, else one for the key. */
export function keyReports(trail: Trail): KeyReport[] {
  return trail.foreignKeys.flatMap(({ entities, ...key }): KeyReport[] => {
    const verdicts = verdictsOn({ name: key.name, entities }, trail);
    if (verdicts.length === 0) return [{ ...key, entity: null, policy: null }];
    return verdicts.map(({ entity, policy, orphans }) => ({ ...key, entity, policy, orphans }));
  });
}

/** Constraints of several tables may have one name. What a reset took back since is settled no more. */
function verdictsOn(
  { name, entities }: Pick<KeyRecord, 'name' | 'entities'>,
  { starts, resets }: Trail,
): OrphanVerdict[] {
  const last = starts.at(-1);
  if (last === undefined) return [];
  const isReset = (entity: string): boolean =>
    resets.some((reset) => reset.at > last.at && (reset.entities?.includes(entity) ?? true));
  return (last.end?.orphans ?? []).filter(
    ({ entity, foreignKey }) => foreignKey === name && entities.includes(entity) && !isReset(entity),
  );
}
