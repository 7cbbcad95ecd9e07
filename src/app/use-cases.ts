import { join } from 'node:path';
import type { Settings, SourceSettings } from '../config/settings';
import { loadProject, loadProjectWithSettings, loadSettings, loadTargetSettings } from '../config/load-project';
import { standingIssues } from '../core/run/standing';
import type { OracleSettings } from '../oracle/session/driver';
import { issuesReport } from '../report/screen/issues';
import { fileName } from './file-name';
import { writeDifferences } from '../files/differences';
import { probeFile } from '../files/probe-writable';
import { readDifferences } from '../files/read-differences';
import { droppedReport, ledgerReport } from '../report/screen/ledger';
import { mappingSheets } from '../report/screen/mapping-sheets';
import { planReport } from '../report/screen/plan';
import { readinessReport } from '../report/screen/readiness';
import { exportedReport, rejectsReport } from '../report/screen/rejects';
import { repairReport } from '../report/screen/repair';
import type { Report } from '../report/words/report';
import { noRunReport, statusReport } from '../report/screen/status';
import { validationReport } from '../report/screen/validation';
import { writtenReport } from '../report/screen/written-report';
import { connectionIssues, type Project, type TargetAt } from './project/databases';
import { nullForbidden, selectedMappings } from './project/entity-jobs';
import type * as Demo from './demo-run';
import { migrateWithFiles } from './migrate-with-files';
import type { ProjectOptions, UseCases } from './options';
import { placeNamedBy } from './place-named-by';
import { resetWithFiles } from './reset-with-files';
import { runCheck } from './run-check';
import { DEFAULT_PLAN, runPlan } from './run-plan';
import { runScan } from './run-scan';
import { listRuns, runDropLedger } from './run-reset';
import { reportNames, runReport, writeReport } from './run-report';
import { retryWithFiles } from './retry-with-files';
import { listRejects, writeRejects } from './run-rejects';
import { runRepair } from './run-repair';
import { runStatus, targetStanding } from './run-status';
import { noSuchRun, runValidation, type ValidationRequest } from './run-validation';
import { tellBy } from './tell';
import type { Ui } from './ui';
import { waitingAs } from './project/wait-limits';

/** The commands' use cases, put together from their parts. */
export const useCases: UseCases = {
  check: async (options, ui) => {
    if (options.scope === 'connections') {
      const settings = await loadSettings(options, ui.askSecret);
      return connectionIssues({ mappings: [], ...reached(settings, options, ui) });
    }
    return runCheck(await openProject(options, ui), options);
  },
  scan: async (options, ui) => {
    const { preflight, readiness } = await runScan(await openProject(options, ui), options, ui);
    return readiness === null ? issuesReport(preflight) : readinessReport(readiness, preflight);
  },
  plan: async (options, ui) => {
    if (options.show === 'mappings') return sheets(options);
    return planReport(await runPlan(await openProject(options, ui), { ...DEFAULT_PLAN, ...options }));
  },
  migrate: async (options, ui) => migrateWithFiles(await openProject(options, ui), options, ui),
  status: async (options, ui) => {
    const target = targetAt(options, ui);
    const status = await runStatus(target, options.runId);
    if (status !== null) return statusReport(status.run, status.entities, status);
    if (options.runId !== null) throw noSuchRun(options.runId);
    return noRunReport(await targetStanding(target));
  },
  validate: async (options, ui) => {
    const { differencesFile } = options;
    // A comparison of all rows takes long; what it finds must have a place.
    if (differencesFile !== null) await placeNamedBy('--differences', () => probeFile(differencesFile));
    const list = differencesFile === null ? null : listAt(differencesFile, options.directory);
    const { run, verdicts, ...about } = await runValidation(await openProject(options, ui), { ...options, list }, ui);
    return validationReport(run.id, verdicts, { ...about, differencesFile });
  },
  rejectsList: async (options, ui) => {
    const { runId, rejects } = await listRejects(targetAt(options, ui), options);
    return rejectsReport(runId, rejects);
  },
  rejectsExport: async (options, ui) => {
    const { outFile } = options;
    const target = targetAt(options, ui);
    return exportedReport(await placeNamedBy('--out', () => writeRejects(target, options, outFile)), outFile);
  },
  rejectsRetry: async (options, ui) => retryWithFiles(await openProject(options, ui), options, ui),
  repair: async (options, ui) => {
    // Before a password is asked for, or a database: whether there is anything to repair by.
    const list = await readDifferences(options.differencesFile);
    const { repair, validation } = await runRepair(await openProject(options, ui), list, ui);
    const { run, verdicts, ...about } = validation;
    return repairReport(repair, validationReport(run.id, verdicts, about));
  },
  report: async ({ runId, outDirectory, ...options }, ui) => {
    const report = await runReport(targetAt(options, ui), runId);
    await placeNamedBy('--out', () => writeReport(outDirectory, ui.asTyped?.(report) ?? report));
    return writtenReport(
      report,
      reportNames(report.mode).map((name) => join(outDirectory, name)),
    );
  },
  reset: (options, ui) => resetWithFiles(targetAt(options, ui), options, ui),
  ledgerList: async (options, ui) => {
    const target = targetAt(options, ui);
    return ledgerReport(await listRuns(target), standingIssues(await targetStanding(target)));
  },
  ledgerDrop: async (options, ui) => {
    const target = targetAt(options, ui);
    const dropped = await runDropLedger(target, options.runId, ui);
    if (options.runId !== null) return droppedReport(dropped, 'run');
    return droppedReport(dropped, 'ledger', standingIssues(await targetStanding(target)));
  },
  demo: (options, ui) => demo().runDemo(options, ui),
};

/** Loads the stand-in, the data and the entities of the demo only for the demo. */
function demo(): typeof Demo {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would need a name ending in .js, which does not exist when run from the sources
  return require('./demo-run') as typeof Demo;
}

function listAt(path: string, directory: string): NonNullable<ValidationRequest['list']> {
  return {
    name: fileName(path, directory),
    write: (listed) => placeNamedBy('--differences', () => writeDifferences(path, listed)),
  };
}

function sheets(options: ProjectOptions & { readonly entities: readonly string[] }): Report {
  const config = loadProject(options);
  const project = { ...config, entities: config.entityClasses };
  return mappingSheets(selectedMappings(config.mappings, options.entities), nullForbidden(project));
}

async function openProject(options: ProjectOptions, ui: Pick<Ui, 'askSecret' | 'emit'>): Promise<Project> {
  const { config, settings } = await loadProjectWithSettings(options, ui.askSecret);
  return { ...projectOf(config), ...reached(settings, options, ui) };
}

/** How both databases are reached, how long they are waited for, and who hears of it. */
function reached(
  { source, target }: Settings,
  { waits = {} }: ProjectOptions,
  { emit }: Pick<Ui, 'emit'>,
): Pick<Project, 'source' | 'target' | 'tell'> {
  return { ...waitingAs({ source: oracleSettings(source), target }, waits), tell: tellBy(emit) };
}

function targetAt(options: ProjectOptions, { emit }: Pick<Ui, 'emit'>): TargetAt {
  return { ...loadTargetSettings(options), ...options.waits, tell: tellBy(emit) };
}

function projectOf(
  config: Pick<
    Project,
    'mappings' | 'namingStrategy' | 'schema' | 'allowTriggers' | 'allowUnlogged' | 'notMigrated'
  > & {
    entityClasses: readonly unknown[];
    path: string;
  },
): Omit<Project, 'source' | 'target'> {
  return {
    mappings: config.mappings,
    ...(config.namingStrategy === undefined ? {} : { namingStrategy: config.namingStrategy }),
    ...(config.schema === undefined ? {} : { schema: config.schema }),
    ...(config.allowTriggers === undefined ? {} : { allowTriggers: config.allowTriggers }),
    ...(config.allowUnlogged === undefined ? {} : { allowUnlogged: config.allowUnlogged }),
    ...(config.notMigrated === undefined ? {} : { notMigrated: config.notMigrated }),
    configPath: config.path,
    entities: config.entityClasses as NonNullable<Project['entities']>,
  };
}

/** The driver's settings leave out what is not set, where ours hold null. */
function oracleSettings(source: SourceSettings): OracleSettings {
  const given = Object.entries(source).filter(([, value]) => value !== null);
  return Object.fromEntries(given) as unknown as OracleSettings;
}
