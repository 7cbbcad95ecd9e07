import type { FoundValues } from '../../src/core/mapping/lookup';
import type { TableMapping } from '../../src/core/mapping/table-mapping';
import type { LegacyValue, TargetValue } from '../../src/core/mapping/wire';
import { readPlanFor } from '../../src/core/rows/read-plan';
import { compileMapping } from '../../src/core/rows/transform-rows';
import { entityRules } from './entity-rules';

/** A target row by property, or why there is none. */
export type Mapped = Readonly<Record<string, TargetValue>> | { readonly rejected: string };

/** Runs one legacy row, given by column, through a mapping and the entity's own rules. */
export function mapRow(
  mapping: TableMapping,
  legacy: Readonly<Record<string, LegacyValue>>,
  found?: FoundValues,
): Mapped {
  const plan = readPlanFor(mapping);
  const transformer = compileMapping({ mapping, plan, check: entityRules(mapping) })();
  transformer.add([[null, ...plan.columns.map(({ name }) => legacy[name] ?? null)]], found);
  const { rows, rejects } = transformer.prepared({ entity: mapping.entity, chunk: 0 });
  const [reject] = rejects;
  if (reject) return { rejected: `${reject.property ?? ''}: ${reject.reason}` };
  return Object.fromEntries(mapping.fields.map(({ property }, index) => [property, rows[0]?.[index] ?? null]));
}
