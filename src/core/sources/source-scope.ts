import type { TableMapping } from '../mapping/table-mapping';
import type { NotMigrated } from './not-migrated';
import type { SourceName } from '../ports/legacy-source';
import { planSource, sourceName } from '../rows/read-plan';

/** All that a project reads of its source, whatever part of it a run does. */
export interface SourceScope {
  readonly mappings: readonly ScopedMapping[];
  readonly notMigrated: NotMigrated;
}

export interface ScopedMapping {
  readonly entity: string;
  readonly source: SourceName;
  readonly where: string | null;
  /** The operator's condition. */
  readonly chosen: string | null;
  readonly inRun: boolean;
  readonly takesRest: boolean;
  readonly rest: string | null;
  /** Null where the mapping does not say. */
  readonly reads: readonly SourceName[] | null;
  readonly looksUpIn: readonly SourceName[];
}

/** `mappings` are all of the project, their rests resolved; `run` those of the run, all where it is empty. */
export function sourceScope(
  mappings: readonly TableMapping[],
  {
    run,
    where,
    notMigrated,
  }: {
    readonly run: readonly string[];
    readonly where: Readonly<Record<string, string>>;
    readonly notMigrated: NotMigrated;
  },
): SourceScope {
  const scoped = mappings.map((mapping): ScopedMapping => {
    const { entity, rest = null, takesRest = false, reads } = mapping;
    const chosen = where[entity] ?? '';
    return {
      ...{ entity, rest, takesRest, source: planSource(mapping) },
      where: given(mapping.where),
      chosen: given(chosen),
      inRun: run.length === 0 || run.includes(entity),
      reads: reads?.map(sourceName) ?? null,
      looksUpIn: mapping.fields.flatMap(({ lookup }) => (lookup?.in === 'legacy' ? [sourceName(lookup.source)] : [])),
    };
  });
  return { mappings: scoped, notMigrated };
}

function given(condition: string | undefined): string | null {
  return condition === undefined || condition.trim() === '' ? null : condition;
}
