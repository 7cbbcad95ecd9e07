import type { EntityMetadata } from 'typeorm';
import type { TableName } from '../core/ports/target';

/** The table of an entity; in `public` where neither it nor the data source names a schema. */
export function tableOf(metadata: EntityMetadata): TableName {
  return { schema: metadata.schema ?? 'public', name: metadata.tableName };
}
