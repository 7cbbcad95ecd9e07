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
export type { NamingStrategy } from './core/entity-contract';
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
} from './commands/library';
export type { Project } from './commands/databases';
export type { MigrationRequest, MigrationResult } from './commands/run-migration';
export type { Emit, RunEvents } from './core/events';
export type { RunOutcome, EntityOutcome, Reject } from './core/outcomes';
export type { RejectsRequest, RetryOutcome } from './commands/run-rejects';
export type { RepairOutcome } from './commands/run-repair';
export type { ScanRequest, ScanResult } from './commands/run-scan';
export type { EntityReadiness, Readiness, RejectCount } from './core/readiness';
export type { ResetResult } from './migrate/reset';
export type { RunReport } from './report/evidence/run-report';
export type { RunListing } from './core/ports/ledger';
export type { ListedRun } from './report/ledger';
