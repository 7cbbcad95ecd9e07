import type { EntityContract, EntityRelation } from '../mapping/entity-contract';
import type { OrphanPolicy } from '../mapping/table-mapping';
import type { TargetForeignKey, TargetTable } from '../ports/target';
import type { WritePlan } from '../ports/write-plan';
import { sameReference } from '../mapping/same-reference';

/** A contract whose relations are all that the live table enforces, and the policies by these relations' names. */
export interface LiveRelations {
  readonly contract: EntityContract;
  readonly orphans: Readonly<Record<string, OrphanPolicy>>;
}

interface Written {
  readonly contract: EntityContract;
  readonly orphans: Readonly<Record<string, OrphanPolicy>>;
  readonly load: Pick<WritePlan, 'columns'>;
}

/**
 * The relations of an entity together with the foreign keys that its live table has besides, which it does not declare (a join table
 * that was made an entity). Each relation gets a name of its own: its first property, or where another has that one, all of its
 * properties joined by `+`. The policies may use either; `table` is null where the target has none.
 */
export function liveRelations({ contract, orphans, load }: Written, table: TargetTable | null): LiveRelations {
  const live = table?.foreignKeys ?? [];
  const declared = contract.relations.map((relation): EntityRelation => {
    const match = live.find((key) => sameReference(key, relation))?.match;
    return match === undefined ? relation : { ...relation, match };
  });
  const shortestFirst = [...live].sort((a, b) => a.columns.length - b.columns.length);
  const others = shortestFirst.filter((key, at) => {
    const isKnown = [...declared, ...shortestFirst.slice(0, at)].some((known) => sameReference(known, key));
    return !isKnown && canBeBroken(key, { load, table });
  });
  const relations = named([...declared, ...others.map((key) => undeclaredRelation(key, contract))], contract);
  return {
    contract: { ...contract, relations: relations.map(({ relation }) => relation) },
    orphans: policiesByName(relations, orphans),
  };
}

function undeclaredRelation(key: TargetForeignKey, { columns }: EntityContract): EntityRelation {
  const { name: undeclared, ...reference } = key;
  const property = propertyOf(key.columns[0] ?? '', columns);
  return { ...reference, property, undeclared };
}

function propertyOf(name: string, columns: EntityContract['columns']): string {
  return columns.find(({ column }) => column === name)?.property ?? name;
}

/** A reference of which a column stays null refers to nothing, unless MATCH FULL forbids just that. */
function canBeBroken(
  { columns, match }: TargetForeignKey,
  { load, table }: { readonly load: Pick<WritePlan, 'columns'>; readonly table: TargetTable | null },
): boolean {
  const isFilled = (name: string): boolean => {
    const live = table?.columns.find((column) => column.name === name);
    return load.columns.includes(name) || live?.hasDefault === true || live?.generated === 'stored';
  };
  return match === 'full' ? columns.some(isFilled) : columns.every(isFilled);
}

interface Named {
  readonly relation: EntityRelation;
  /** Under which names a policy may be written, the most exact first. */
  readonly names: readonly string[];
}

function named(relations: readonly EntityRelation[], { columns }: EntityContract): Named[] {
  const taken = new Set<string>();
  return relations.map((relation) => {
    const joined = relation.columns.map((column) => propertyOf(column, columns)).join('+');
    const names = [relation.property, joined, `${joined} to ${relation.parent.name}`];
    const property = names.find((name) => !taken.has(name)) ?? `${joined} (${relation.undeclared ?? taken.size})`;
    taken.add(property);
    return { relation: { ...relation, property }, names: [joined, relation.property] };
  });
}

/** Policies that belong to no relation stay as they are, so that a check finds them. */
function policiesByName(
  relations: readonly Named[],
  written: Readonly<Record<string, OrphanPolicy>>,
): Record<string, OrphanPolicy> {
  const used = new Set(relations.flatMap(({ names }) => names));
  const unused = Object.entries(written).filter(([name]) => !used.has(name));
  const resolved = relations.flatMap(({ relation, names }): [string, OrphanPolicy][] => {
    const name = names.find((candidate) => written[candidate] !== undefined);
    const policy = name === undefined ? undefined : written[name];
    return policy === undefined ? [] : [[relation.property, policy]];
  });
  return Object.fromEntries([...unused, ...resolved]);
}
