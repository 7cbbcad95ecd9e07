import type { EntityMetadata } from 'typeorm';
import type { TableName } from '../core/ports/target';

/** By table name: where the tables of entities are that name no schema. */
export type Schemas = Readonly<Record<string, string>>;

/** The table of an entity; where neither it nor the data source names a schema, in that of `schemas`, else in `public`. */
export function tableOf({ schema, tableName }: EntityMetadata, schemas: Schemas): TableName {
  const found = Object.hasOwn(schemas, tableName) ? schemas[tableName] : undefined;
  return { schema: schema ?? found ?? 'public', name: tableName };
}
