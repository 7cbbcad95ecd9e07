import type { Lookups } from '../../core/rows/lookups';
import type { FieldMapping, TableMapping } from '../../core/mapping/table-mapping';
import type { LegacySource } from '../../core/ports/legacy-source';
import type { Target } from '../../core/ports/target';
import { sourceName } from '../../core/rows/read-plan';

interface Ports {
  readonly source: Pick<LegacySource, 'table'>;
  readonly target: Pick<Target, 'table'>;
}

type InTarget = Lookups['inTarget'];

/** Types of the values that the lookups of a mapping find, by property, as the dictionary there names them; left out where it has no such column. */
export async function lookedUpTypes(
  { mapping, lookups }: { readonly mapping: TableMapping; readonly lookups: Pick<Lookups, 'inTarget'> | null },
  ports: Ports,
): Promise<ReadonlyMap<string, string>> {
  const types = new Map<string, string>();
  for (const field of mapping.fields.filter(({ lookup }) => lookup !== undefined)) {
    const type = (await inLegacy(field, ports)) ?? (await inTarget(field, lookups?.inTarget ?? [], ports));
    if (type !== undefined) types.set(field.property, type);
  }
  return types;
}

async function inLegacy({ lookup }: FieldMapping, { source }: Ports): Promise<string | undefined> {
  if (lookup?.in !== 'legacy') return undefined;
  const table = await source.table(sourceName(lookup.source));
  return table?.columns.find(({ name }) => name === lookup.value)?.dataType;
}

async function inTarget(field: FieldMapping, lookups: InTarget, { target }: Ports): Promise<string | undefined> {
  const lookup = lookups.find(({ property }) => property === field.property);
  if (lookup === undefined) return undefined;
  const table = await target.table(lookup.table);
  return table?.columns.find(({ name }) => name === lookup.value)?.type;
}
