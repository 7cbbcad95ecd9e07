export { defineConfig, type CutoverConfig, type SourceConfig, type TargetConfig } from './config/define-config';
export { MigrationError, ValueRejected, type ErrorCode } from './core/errors';
export type { Issue } from './core/issues';
export { legacyTable, type LegacyTable, type MappingOptions } from './core/mapping/legacy-table';
export type { ColumnField, Field, LeftOut, Sheet } from './core/mapping/sheet';
export type { FieldMapping, OrphanPolicy, TableMapping, ValidationPolicy } from './core/mapping/table-mapping';
export type * from './core/mapping/wire';
export * from './core/transforms';
