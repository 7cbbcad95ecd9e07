export { defineConfig, type CutoverConfig, type SourceConfig, type TargetConfig } from './config/define-config';
export { MigrationError, ValueRejected, type ErrorCode } from './core/errors';
export type { Issue } from './core/issues';
export {
  legacyQuery,
  legacyTable,
  targetValues,
  type LegacyTable,
  type MappingOptions,
} from './core/mapping/legacy-table';
export { rest, type RestOfTable } from './core/mapping/rest';
export type { Lookup, LookupTable } from './core/mapping/lookup';
export type { NamingStrategy } from './core/mapping/entity-contract';
export type { ColumnField, Field, LeftOut, Sheet } from './core/mapping/sheet';
export type { FieldMapping, OrphanPolicy, TableMapping, ValidationPolicy } from './core/mapping/table-mapping';
export type * from './core/mapping/wire';
export * from './core/transforms';
export {
  check,
  dropLedger,
  migrate,
  plan,
  rejects,
  repair,
  report,
  reset,
  retryRejects,
  runs,
  scan,
  status,
  validate,
  type MigrationHooks,
} from './app/library';
export type { Project } from './app/project/databases';
export type { MigrationRequest, MigrationResult } from './app/run-migration';
export type { Emit, RunEvents } from './core/run/events';
export type { RunOutcome, EntityOutcome, Reject } from './core/run/outcomes';
export type { RejectsRequest, RetryOutcome } from './app/run-rejects';
export type { RepairOutcome } from './app/run-repair';
export type { ScanRequest, ScanResult } from './app/run-scan';
export type { EntityReadiness, Readiness, RejectCount } from './core/run/readiness';
export type { ResetResult } from './migrate/target/reset';
export type { RunReport } from './report/evidence/run-report';
export type { RunListing } from './core/ports/ledger';
export type { ListedRun } from './report/screen/ledger';
