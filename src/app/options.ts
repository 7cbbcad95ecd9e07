import type { WaitLimits } from './project/databases';
import type { Environment } from '../config/environment';
import type { CompareLevel } from '../core/comparison/comparison';
import type { Issue } from '../core/issues';
import type { ChangedRows, EditedLedger } from '../core/run/reset';
import type { FiledMigration } from './migrate-with-files';
import type { CommandOutcome } from './outcome';
import type { AllowanceRequest } from './run-guards';
import type { ScanRequest } from './run-scan';
import type { Ui } from './ui';

/** Where a command runs and how it speaks; the same for every command. */
export interface ProjectOptions {
  /** Working directory of the command, absolute. */
  readonly directory: string;
  /** `--config`, absolute; null: looked for from `directory` upwards. */
  readonly configPath: string | null;
  /** The environment of the command; values of `.env` are added to it, never over it. */
  readonly environment: Environment;
  /** How long databases are waited for, as far as that was said. */
  readonly waits?: WaitLimits;
}

interface CheckOptions extends ProjectOptions, AllowanceRequest {
  readonly entities: readonly string[];
  /** `connections`: both databases only, and no cutover.config is needed. */
  readonly scope: 'everything' | 'connections';
}

type ScanOptions = ProjectOptions & ScanRequest;

interface PlanOptions extends ProjectOptions {
  readonly entities: readonly string[];
  /** `mappings`: print the data sheets, without any database. */
  readonly show: 'order' | 'mappings';
}

export type MigrateOptions = ProjectOptions & FiledMigration;

interface StatusOptions extends ProjectOptions {
  /** Null: the latest run. */
  readonly runId: string | null;
}

export interface ResetOptions extends ProjectOptions {
  /** Null: not named, which is an error that names the latest. */
  readonly runId: string | null;
  /** Empty: the whole run. */
  readonly entities: readonly string[];
  readonly changed: ChangedRows;
  readonly edited: EditedLedger;
  /** Folder of the checkpoint, absolute. */
  readonly logDirectory: string;
}

interface LedgerDropOptions extends ProjectOptions {
  /** Null: the whole ledger. */
  readonly runId: string | null;
}

interface ValidateOptions extends ProjectOptions {
  readonly entities: readonly string[];
  /** Null: the latest run. */
  readonly runId: string | null;
  readonly level: CompareLevel;
  /** Where to write what differs, values included; absolute. Null: nowhere. */
  readonly differencesFile: string | null;
  /** Of a report that was kept. Null: none to compare with. */
  readonly digest: string | null;
}

export interface RejectsOptions extends ProjectOptions {
  /** Null: the latest run. */
  readonly runId: string | null;
  /** Empty: all. */
  readonly entities: readonly string[];
}

export interface RejectsRetryOptions extends RejectsOptions {
  /** Absolute; where a migration has left `rejects.jsonl`. */
  readonly logDirectory: string;
}

interface RejectsExportOptions extends RejectsOptions {
  /** Absolute. */
  readonly outFile: string;
}

interface RepairOptions extends ProjectOptions {
  /** What a comparison has written, absolute. */
  readonly differencesFile: string;
}

export interface DemoOptions extends Omit<ProjectOptions, 'configPath'> {
  /** Multiplies the rows. */
  readonly scale: number;
  /** `empty`: nothing is migrated; the tables are there. */
  readonly target: 'migrated' | 'empty';
  /** `keep`: both servers stay up until Ctrl-C. */
  readonly after: 'keep' | 'remove';
  /** Absolute. */
  readonly demoDirectory: string;
}

interface ReportOptions extends ProjectOptions {
  /** Null: the latest run. */
  readonly runId: string | null;
  /** Folder of the files, absolute. */
  readonly outDirectory: string;
}

/** What the commands call. `use-cases.ts` puts the parts together; a test of the command line hands over its own. */
export interface UseCases {
  readonly check: (options: CheckOptions, ui: Ui) => Promise<readonly Issue[]>;
  readonly scan: (options: ScanOptions, ui: Ui) => Promise<CommandOutcome>;
  readonly plan: (options: PlanOptions, ui: Ui) => Promise<CommandOutcome>;
  readonly migrate: (options: MigrateOptions, ui: Ui) => Promise<CommandOutcome>;
  readonly status: (options: StatusOptions, ui: Ui) => Promise<CommandOutcome>;
  readonly validate: (options: ValidateOptions, ui: Ui) => Promise<CommandOutcome>;
  readonly rejectsList: (options: RejectsOptions, ui: Ui) => Promise<CommandOutcome>;
  readonly rejectsExport: (options: RejectsExportOptions, ui: Ui) => Promise<CommandOutcome>;
  readonly rejectsRetry: (options: RejectsRetryOptions, ui: Ui) => Promise<CommandOutcome>;
  readonly repair: (options: RepairOptions, ui: Ui) => Promise<CommandOutcome>;
  readonly report: (options: ReportOptions, ui: Ui) => Promise<CommandOutcome>;
  readonly reset: (options: ResetOptions, ui: Ui) => Promise<CommandOutcome>;
  readonly ledgerList: (options: ProjectOptions, ui: Ui) => Promise<CommandOutcome>;
  readonly ledgerDrop: (options: LedgerDropOptions, ui: Ui) => Promise<CommandOutcome>;
  readonly demo: (options: DemoOptions, ui: Ui) => Promise<CommandOutcome>;
}
