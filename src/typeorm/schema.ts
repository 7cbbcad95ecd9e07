import { DataSource, type NamingStrategyInterface } from 'typeorm';
import type { EntityClass, MetadataOptions } from './metadata-source';

/**
 * Creates or alters the tables of entities in a database until they fit, as TypeORM's `synchronize` does: for demos, tests and
 * empty targets, not for a schema that others own. `url` is a PostgreSQL connection string.
 */
export async function synchronizeSchema(
  url: string,
  entities: readonly EntityClass[],
  options: MetadataOptions = {},
): Promise<void> {
  const { namingStrategy, ...rest } = options;
  const naming = namingStrategy === undefined ? {} : { namingStrategy: namingStrategy as NamingStrategyInterface };
  const source = new DataSource({
    type: 'postgres',
    url,
    entities: [...entities],
    logging: false,
    ...rest,
    ...naming,
  });
  await source.initialize();
  try {
    await source.synchronize();
  } finally {
    await source.destroy();
  }
}
