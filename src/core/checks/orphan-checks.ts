import type { EntityContract, EntityRelation } from '../mapping/entity-contract';
import type { Issue } from '../issues';
import { DEFAULT_ORPHAN_POLICY, otherPolicies, possiblePolicies, type OrphanKey } from '../mapping/orphan-policies';
import type { OrphanPolicy, TableMapping } from '../mapping/table-mapping';
import { plainName } from '../mapping/table-name';
import { sameReference } from '../mapping/same-reference';
import type { TargetForeignKey, TargetTable } from '../ports/target';

/** The policies for orphans, and the foreign keys of the live table that only it has. */
export function orphanChecks(
  mapping: TableMapping,
  contract: EntityContract,
  table: TargetTable | null,
): readonly Issue[] {
  const unused = Object.keys(mapping.orphans).filter(
    (name) => !contract.relations.some((relation) => relation.property === name),
  );
  return [
    ...unused.map((name) => policyUnused(mapping, contract, name)),
    ...contract.relations.flatMap((relation) => {
      const key = keyOf(relation, contract, table);
      return [
        ...undeclared(mapping, contract, { relation, key }),
        ...nullImpossible(mapping, relation, key),
        ...keepImpossible(mapping, relation, { key, table }),
      ];
    }),
  ];
}

/** A relation for which the live table has no key is never in the way of rows. */
function keyOf(relation: EntityRelation, contract: EntityContract, table: TargetTable | null): OrphanKey {
  const { columns, match } = relation;
  return {
    columns,
    ...(match && { match }),
    nullable: columns.filter((name) => isNullable(name, contract, table)),
    canBeNotValid: table === null || table.keysCanBeNotValid || liveKeyOf(relation, table) === undefined,
  };
}

function liveKeyOf(relation: EntityRelation, table: TargetTable | null): TargetForeignKey | undefined {
  return table?.foreignKeys.find((live) => sameReference(live, relation));
}

function policyUnused({ entity }: TableMapping, { entityName, relations }: EntityContract, name: string): Issue {
  const known = relations.map(({ property }) => property);
  const list = known.length === 0 ? '' : `: ${known.join(', ')}`;
  return {
    code: 'ORPHAN_POLICY_UNUSED',
    level: 'warning',
    subject: `${entity}.${name}`,
    message: `${name} has an orphan policy but is no foreign key of ${entityName} or of its live table`,
    hint: `Name a property of a relation or of a live foreign key${list}, or remove the policy.`,
  };
}

const FATES: Readonly<Record<OrphanPolicy, string>> = {
  reject: 'are rejected',
  null: 'lose the reference',
  keep: 'are kept, and the key stays NOT VALID',
};

function undeclared(
  mapping: TableMapping,
  { table }: EntityContract,
  { relation, key: admitting }: { readonly relation: EntityRelation; readonly key: OrphanKey },
): Issue[] {
  const { property, columns, parent, parentColumns, undeclared: name } = relation;
  if (name === undefined) return [];
  const policy = mapping.orphans[property];
  const key = `${name} (${columns.join(', ')}) to ${plainName(parent)} (${parentColumns.join(', ')})`;
  const possible = possiblePolicies(admitting)
    .map((each) => `'${each}'`)
    .join(' | ');
  const fate = `rows without a parent ${FATES[policy ?? DEFAULT_ORPHAN_POLICY]}${policy === undefined ? ', which is the default' : ''}`;
  return [
    {
      code: 'FOREIGN_KEY_UNDECLARED',
      level: policy === undefined ? 'warning' : 'info',
      subject: `${mapping.entity}.${property}`,
      message: `the live table ${plainName(table)} has the foreign key ${key}, which the entity does not declare; ${fate}`,
      hint: `Declare the relation in the entity, or say in the mapping what such rows become: orphans: { '${property}': ${possible} }.`,
    },
  ];
}

function nullImpossible({ entity, orphans }: TableMapping, { property }: EntityRelation, key: OrphanKey): Issue[] {
  if (orphans[property] !== 'null' || possiblePolicies(key).includes('null')) return [];
  const fixed = key.columns.filter((name) => !key.nullable.includes(name));
  return [
    {
      code: 'ORPHAN_NULL_IMPOSSIBLE',
      level: 'error',
      subject: `${entity}.${property}`,
      message: `orphans are to lose ${property}, which may not be null (${fixed.join(', ')})`,
      hint: `Choose ${otherPolicies(key, 'null')}, or make the column nullable.`,
    },
  ];
}

/** Refused before the load: after it the key could not be restored. */
function keepImpossible(
  { entity, orphans }: TableMapping,
  relation: EntityRelation,
  { key, table }: { readonly key: OrphanKey; readonly table: TargetTable | null },
): Issue[] {
  const live = liveKeyOf(relation, table);
  if (orphans[relation.property] !== 'keep' || key.canBeNotValid || table === null || live === undefined) return [];
  return [
    {
      code: 'ORPHAN_KEEP_IMPOSSIBLE',
      level: 'error',
      subject: `${entity}.${relation.property}`,
      message: `orphans are to be kept, but the foreign key ${live.name} of the partitioned table ${plainName(table.table)} cannot be NOT VALID before PostgreSQL 18`,
      hint: `Choose ${otherPolicies(key, 'keep')}, drop the foreign key, or upgrade the target server.`,
    },
  ];
}

/** Both in the entity and in the live table, as far as they know the column. */
function isNullable(name: string, { columns }: EntityContract, table: TargetTable | null): boolean {
  const declared = columns.find(({ column }) => column === name);
  const live = table?.columns.find((column) => column.name === name);
  return declared?.nullable !== false && live?.nullable !== false;
}
