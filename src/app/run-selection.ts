import { MigrationError } from '../core/errors';
import type { RunRecord } from '../core/run/run-record';
import type { JobSelection } from './project/entity-jobs';

/** The entities and conditions that a run was started with; of the entities in `chosen` alone, where any is named. */
export function selectionOfRun(run: RunRecord, chosen: readonly string[]): JobSelection {
  const entities = chosen.length > 0 ? chosen : Object.keys(run.fingerprints);
  const { where, schemas } = run.settings;
  const conditions = Object.entries(where).filter(([entity]) => entities.includes(entity));
  return { entities, where: Object.fromEntries(conditions), schemas };
}

/** Throws USAGE for an entity that the run has not loaded: whatever is said of it would be said of nothing. */
export function requireInRun({ id, fingerprints }: RunRecord, entities: readonly string[]): void {
  const stranger = entities.find((entity) => !(entity in fingerprints));
  if (stranger === undefined) return;
  throw new MigrationError('USAGE', `run ${id} has no entity "${stranger}"`, {
    hint: `Choose among: ${Object.keys(fingerprints).sort().join(', ')}.`,
  });
}

/**
 * The entities to which a command about a run is limited; none for the whole run. To name every entity is the same as to name none:
 * rows and tables that no mapping takes are then reported, too.
 */
export function requestedEntities({ fingerprints }: RunRecord, entities: readonly string[]): readonly string[] {
  return Object.keys(fingerprints).every((entity) => entities.includes(entity)) ? [] : entities;
}
