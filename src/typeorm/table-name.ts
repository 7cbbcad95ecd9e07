import type { EntityMetadata } from 'typeorm';
import { storedName } from '../core/mapping/stored-name';
import type { TableName } from '../core/ports/target';

/** By table name: where the tables of entities are that name no schema. */
export type Schemas = Readonly<Record<string, string>>;

/** The table of an entity; where neither it nor the data source names a schema, in that of `schemas`, else in `public`. */
export function tableOf({ schema, tableName }: EntityMetadata, schemas: Schemas): TableName {
  const name = storedName(tableName);
  const found = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
  return { schema: storedName(schema ?? found ?? 'public'), name };
}
