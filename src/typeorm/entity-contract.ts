import { getMetadataArgsStorage, type EntityMetadata } from 'typeorm';
import type { EntityColumn, EntityContract, EntityRelation } from '../core/mapping/entity-contract';
import { storedName } from '../core/mapping/stored-name';
import { savedAs, writtenAs } from './column-values';
import { buildMetadata, type BuiltMetadata, type EntityClass, type MetadataOptions } from './metadata-source';
import { tableOf, type Schemas } from './table-name';
import { unsupportedParts } from './unsupported-parts';

type Column = EntityMetadata['columns'][number];
type Driver = BuiltMetadata['driver'];

/**
 * What entity classes say about their tables, in the order given, without connecting. Every entity that a relation leads to
 * must be among them. Throws MAPPING_INVALID where TypeORM refuses the entities.
 */
export function contractsOf(
  entities: readonly EntityClass[],
  options: MetadataOptions & { readonly schemas?: Schemas } = {},
): readonly EntityContract[] {
  const { schemas = {} } = options;
  const { entities: built, driver } = buildMetadata(entities, options);
  return entities.flatMap((entity) => {
    const metadata = built.find((candidate) => candidate.target === entity);
    return metadata === undefined ? [] : [contractOf(metadata, driver, schemas)];
  });
}

/** Names of the tables of entities that name no schema, nor does the data source; join tables included. Throws as `contractsOf` does. */
export function tablesWithoutSchema(
  entities: readonly EntityClass[],
  options: MetadataOptions = {},
): readonly string[] {
  const { entities: built } = buildMetadata(entities, options);
  return [...new Set(built.filter(({ schema }) => schema === undefined).map(({ tableName }) => storedName(tableName)))];
}

function contractOf(metadata: EntityMetadata, driver: Driver, schemas: Schemas): EntityContract {
  const columns = metadata.columns.filter((column) => !column.isVirtualProperty);
  return {
    entityName: metadata.name,
    table: tableOf(metadata, schemas),
    columns: columns.map((column) => entityColumn(column, driver)),
    relations: metadata.foreignKeys.map((foreignKey) => relationOf(foreignKey, schemas)),
    unsupported: unsupportedParts(metadata, schemas),
    bypassed: [...listenersOf(metadata), ...subscribersOf(metadata)],
  };
}

function entityColumn(column: Column, driver: Driver): EntityColumn {
  const type = driver.normalizeType(column);
  return {
    property: column.propertyPath,
    column: columnName(column),
    type: column.isArray ? `${type}[]` : type,
    nullable: column.isNullable,
    length: column.length ? Number(column.length) : null,
    precision: column.precision ?? null,
    scale: column.scale ?? null,
    primary: column.isPrimary,
    generated: generatedBy(column),
    toDatabase: savedAs(column),
    written: writtenAs(column),
  };
}

function columnName({ databaseName }: Column): string {
  return storedName(databaseName);
}

function generatedBy(column: Column): EntityColumn['generated'] {
  if (column.isCreateDate) return 'create-date';
  if (column.isUpdateDate) return 'update-date';
  if (column.isVersion) return 'version';
  if (column.asExpression !== undefined) return 'computed';
  if (!column.isGenerated) return 'no';
  const strategy = column.generationStrategy as string | undefined;
  if (strategy === 'uuid' || strategy === 'identity') return strategy;
  return 'increment';
}

function relationOf(foreignKey: EntityMetadata['foreignKeys'][number], schemas: Schemas): EntityRelation {
  return {
    property: foreignKey.columns[0]?.propertyPath ?? '',
    columns: foreignKey.columns.map(columnName),
    parent: tableOf(foreignKey.referencedEntityMetadata, schemas),
    parentColumns: foreignKey.referencedColumns.map(columnName),
  };
}

/** Only what an insert would call: a COPY neither loads nor removes entities. */
function listenersOf(metadata: EntityMetadata): readonly string[] {
  const inserts = [...metadata.beforeInsertListeners, ...metadata.afterInsertListeners];
  return inserts.map((listener) => `${listener.type} ${listener.propertyName}`);
}

const INSERT_EVENTS = ['beforeInsert', 'afterInsert'] as const;
type SubscriberMethods = Partial<Record<'listenTo' | (typeof INSERT_EVENTS)[number], () => unknown>>;

/** Reads the classes and makes no instance: an application may construct its subscribers with services of its own. */
function subscribersOf(metadata: EntityMetadata): readonly string[] {
  return getMetadataArgsStorage().entitySubscribers.flatMap(({ target }) => {
    if (typeof target !== 'function') return [];
    const methods = target.prototype as SubscriberMethods;
    if (!mayListenTo(methods, metadata)) return [];
    return INSERT_EVENTS.filter((event) => event in methods).map((event) => `${event} ${target.name}`);
  });
}

function mayListenTo(methods: SubscriberMethods, metadata: EntityMetadata): boolean {
  try {
    const listened = methods.listenTo?.();
    return listened === undefined || metadata.inheritanceTree.some((type) => type === listened);
  } catch {
    return true;
  }
}
