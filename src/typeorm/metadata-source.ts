import {
  DataSource,
  getMetadataArgsStorage,
  type DataSourceOptions,
  type EntityMetadata,
  type NamingStrategyInterface,
} from 'typeorm';
import { EntityMetadataBuilder } from 'typeorm/metadata-builder/EntityMetadataBuilder';
import type { NamingStrategy } from '../core/mapping/entity-contract';
import { MigrationError } from '../core/errors';

export interface MetadataOptions {
  /** The application's own naming strategy; TypeORM's default where absent. */
  readonly namingStrategy?: NamingStrategy;
  /** Schema of entities that name none; `public` where absent. */
  readonly schema?: string;
}

/** TypeORM's metadata of a set of entities, and the driver that names their column types. */
export interface BuiltMetadata {
  readonly entities: readonly EntityMetadata[];
  readonly driver: DataSource['driver'];
}

/**
 * Builds metadata for PostgreSQL without connecting. Every entity that a relation leads to must be among `entities`. Throws
 * MAPPING_INVALID where TypeORM refuses the entities.
 *
 * TypeORM's own `DataSource.buildMetadatas` is asynchronous, makes instances of subscribers and binds active record classes to
 * the source; the builder below it does the part that is wanted here, in 0.3 and in 1.x.
 */
export function buildMetadata(entities: readonly EntityClass[], options: MetadataOptions): BuiltMetadata {
  try {
    const source = new DataSource(withoutConnection(options));
    const built = new EntityMetadataBuilder(source, getMetadataArgsStorage()).build([...entities]);
    return { entities: built, driver: source.driver };
  } catch (error) {
    throw entitiesRefused(error);
  }
}

// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- TypeORM's own word for an entity class, abstract or not
export type EntityClass = Function;

/** An empty `driver` keeps TypeORM from loading pg, which no metadata needs. */
function withoutConnection(options: MetadataOptions): DataSourceOptions {
  return {
    type: 'postgres',
    driver: {},
    ...(options.namingStrategy === undefined
      ? {}
      : { namingStrategy: options.namingStrategy as NamingStrategyInterface }),
    ...(options.schema === undefined ? {} : { schema: options.schema }),
  };
}

function entitiesRefused(cause: unknown): MigrationError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new MigrationError('MAPPING_INVALID', `TypeORM refuses the entities: ${detail}`, {
    hint: 'Pass every entity that a relation leads to, and correct the decorators that TypeORM names.',
    cause,
  });
}
