import { counted } from '../core/counted';
import type { Issue } from '../core/issues';
import type { EntityContract } from '../core/mapping/entity-contract';
import type { OrphanPolicy } from '../core/mapping/table-mapping';
import type { Target } from '../core/ports/target';
import { mismatch } from './mismatch';

/** An entity that fills the table, with the relations that its class declares. */
export interface Sharer {
  readonly entity: string;
  readonly contract: EntityContract;
  readonly orphans: Readonly<Record<string, OrphanPolicy>>;
}

type Relation = EntityContract['relations'][number];

/**
 * The relations of a table whose orphans are counted for this entity: each relation once, for the first entity that declares it and is loaded.
 * Two classes may fill one table and declare different relations. `loaded`: those of the table whose rows are there.
 */
export function relationsCounted(subject: Sharer, loaded: readonly Sharer[]): readonly Relation[] {
  const { relations } = subject.contract;
  const place = loaded.findIndex(({ entity }) => entity === subject.entity);
  if (place === -1) return [];
  const before = loaded.slice(0, place).flatMap(({ contract }) => contract.relations.map(keyOf));
  return relations.filter((relation) => !before.includes(keyOf(relation)));
}

/** Rows without a parent, by property of the entity. */
export async function countOrphans(
  { contract: { table } }: Sharer,
  relations: readonly Relation[],
  target: Pick<Target, 'countOrphans'>,
): Promise<Record<string, number>> {
  const orphans: Record<string, number> = {};
  for (const relation of relations) {
    orphans[relation.property] = await target.countOrphans(table, { name: relation.property, ...relation });
  }
  return orphans;
}

/** A relation is kept where any entity of the table keeps its orphans, whatever the property is called there. */
export function orphanIssues(
  subject: Sharer,
  orphans: Readonly<Record<string, number>>,
  sharing: readonly Sharer[],
): Issue[] {
  const kept = sharing.flatMap(({ contract, orphans: policies }) =>
    contract.relations.filter(({ property }) => policies[property] === 'keep').map(keyOf),
  );
  return subject.contract.relations.flatMap((relation) => {
    const count = orphans[relation.property] ?? 0;
    if (count === 0 || kept.includes(keyOf(relation))) return [];
    const message = `${counted(count, 'row')} without a parent in the target`;
    return [mismatch('orphans', `${subject.entity}.${relation.property}`, message)];
  });
}

/** One and the same relation has the same columns and parent; classes may call it by different properties. */
function keyOf({ columns, parent, parentColumns }: Relation): string {
  const pairs = columns.map((column, nth) => JSON.stringify([column, parentColumns[nth]])).sort();
  return JSON.stringify([parent.schema, parent.name, ...pairs]);
}
