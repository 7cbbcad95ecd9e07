import { CONSTRAINT_VIEWS } from './constraint-views';
import { INSTANCE_VIEWS } from './instance-views';
import { OBJECT_VIEWS } from './object-views';
import { TABLE_VIEWS } from './table-views';
import type { ViewDefinition } from './view-definition';

/** Every dictionary and V$ view, by name. */
export const DICTIONARY_VIEWS: ReadonlyMap<string, ViewDefinition> = new Map(
  [...TABLE_VIEWS, ...CONSTRAINT_VIEWS, ...OBJECT_VIEWS, ...INSTANCE_VIEWS].map((view) => [view.name, view]),
);
