import type { EntityMetadata } from 'typeorm';
import type { UnsupportedPart } from '../core/mapping/entity-contract';
import { tableOf as tableNameOf, type Schemas } from './table-name';

/** What TypeORM would do beside filling the entity's own table, and a COPY does not. */
export function unsupportedParts(metadata: EntityMetadata, schemas: Schemas): readonly UnsupportedPart[] {
  return [...inheritance(metadata), ...trees(metadata), ...views(metadata), ...joinTables(metadata, schemas)];
}

function inheritance(metadata: EntityMetadata): readonly UnsupportedPart[] {
  const property = metadata.discriminatorColumn?.propertyPath;
  if (property === undefined) return [];
  return [
    {
      code: 'DISCRIMINATOR_UNMAPPED',
      message: `${metadata.name} shares its table with other entities; ${property} says which a row is`,
      hint: `Map ${property}, e.g. by constant('${metadata.discriminatorValue ?? ''}').`,
      liftedBy: property,
    },
  ];
}

function trees(metadata: EntityMetadata): readonly UnsupportedPart[] {
  const { treeType } = metadata;
  if (treeType === undefined || treeType === 'adjacency-list') return [];
  return [
    {
      code: 'TREE_UNSUPPORTED',
      message: `${metadata.name} is a ${treeType} tree, whose paths TypeORM computes when it saves`,
      hint: 'Load it as an adjacency list and let the application build the paths afterwards.',
    },
  ];
}

function views(metadata: EntityMetadata): readonly UnsupportedPart[] {
  if (metadata.tableType !== 'view') return [];
  return [
    {
      code: 'VIEW_ENTITY',
      message: `${metadata.name} is a view`,
      hint: 'Map the entities of the tables behind the view.',
    },
  ];
}

function joinTables(metadata: EntityMetadata, schemas: Schemas): readonly UnsupportedPart[] {
  const owned = metadata.manyToManyRelations.filter((relation) => relation.isOwning);
  return owned.map((relation) => ({
    code: 'JOIN_TABLE_UNMAPPED',
    message: `${metadata.name}.${relation.propertyName} lives in the join table ${relation.joinTableName}, which stays empty`,
    hint: `Make an entity of ${relation.joinTableName} and map it, or load it by hand.`,
    ...tableOf(relation.junctionEntityMetadata, schemas),
  }));
}

function tableOf(junction: EntityMetadata | undefined, schemas: Schemas): Pick<UnsupportedPart, 'liftedByTable'> {
  return junction === undefined ? {} : { liftedByTable: tableNameOf(junction, schemas) };
}
