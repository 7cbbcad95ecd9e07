import { placesOf, type TablePlaces } from '../../core/checks/table-places';
import type { RunRecord } from '../../core/run/run-record';
import type { Target } from '../../core/ports/target';
import { tablesWithoutSchema } from '../../typeorm/entity-contract';
import { classesOf, type JobSelection, type MappedProject } from './entity-jobs';

export interface PlacedSelection {
  /** With the schema in which each table of an entity without one was found: from here on nothing depends on search_path. */
  readonly selection: JobSelection;
  readonly places: TablePlaces;
  /** The run that goes on; null where a new one begins. */
  readonly begun: RunRecord | null;
}

/** Finds the tables of entities that name no schema, as the target's session does. */
export async function placeTables(
  project: MappedProject,
  selection: JobSelection,
  target: Pick<Target, 'relationsNamed' | 'currentSchema'>,
): Promise<PlacedSelection> {
  const names = tablesWithoutSchema(classesOf(project), project);
  const looked = { relations: await target.relationsNamed(names), currentSchema: await target.currentSchema() };
  const places = placesOf(names, looked);
  return { selection: { ...selection, schemas: places.schemas }, places, begun: null };
}

/** Of a run that has begun: its tables are those that it began with. */
export const PLACED_BEFORE: TablePlaces = { schemas: {}, rivals: new Map() };
