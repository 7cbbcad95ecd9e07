import { join } from 'node:path';
import type { Settings, SourceSettings } from '../config/settings';
import { loadProject, loadProjectWithSettings, loadSettings, loadTargetSettings } from '../config/load-project';
import type { OracleSettings } from '../oracle/driver';
import { issuesReport } from '../report/issues';
import { writeDifferences } from '../files/differences';
import { droppedReport, ledgerReport } from '../report/ledger';
import { mappingSheets } from '../report/mapping-sheets';
import { planReport } from '../report/plan';
import { readinessReport } from '../report/readiness';
import type { Report } from '../report/report';
import { noRunReport, statusReport } from '../report/status';
import { validationReport } from '../report/validation';
import { writtenReport } from '../report/written-report';
import { connectionIssues, type Project } from './databases';
import { nullForbidden, selectedMappings } from './entity-jobs';
import { runDemo } from './demo-run';
import { migrateWithFiles } from './migrate-with-files';
import type { ProjectOptions, UseCases } from './options';
import { resetWithFiles } from './reset-with-files';
import { runCheck } from './run-check';
import { DEFAULT_MIGRATION } from './run-migration';
import { runPlan } from './run-plan';
import { runScan } from './run-scan';
import { listRuns, runDropLedger } from './run-reset';
import { reportNames, runReport, writeReport } from './run-report';
import { runStatus } from './run-status';
import { noSuchRun, runValidation } from './run-validation';
import type { Ui } from './ui';

/** The commands' use cases, put together from their parts. */
export const useCases: UseCases = {
  check: async (options, ui) => {
    if (options.scope === 'connections') {
      const { source, target } = await loadSettings(options, ui.askSecret);
      return connectionIssues({ mappings: [], source: oracleSettings(source), target });
    }
    return runCheck(await openProject(options, ui), options);
  },
  scan: async (options, ui) => {
    const { preflight, readiness } = await runScan(await openProject(options, ui), options, ui);
    return readiness === null ? issuesReport(preflight) : readinessReport(readiness, preflight);
  },
  plan: async (options, ui) => {
    if (options.show === 'mappings') return sheets(options);
    return planReport(
      await runPlan(await openProject(options, ui), { ...options, batchSize: DEFAULT_MIGRATION.batchSize }),
    );
  },
  migrate: async (options, ui) => migrateWithFiles(await openProject(options, ui), options, ui),
  status: async (options) => {
    const target = loadTargetSettings(options);
    const status = await runStatus(target, options.runId);
    if (status !== null) return statusReport(status.run, status.entities);
    if (options.runId !== null) throw noSuchRun(options.runId);
    return noRunReport();
  },
  validate: async (options, ui) => {
    const { run, issues, verdicts, findings } = await runValidation(await openProject(options, ui), options, ui);
    const { level, differencesFile } = options;
    if (differencesFile !== null) await writeDifferences(differencesFile, { run, level, findings });
    return validationReport(run.id, verdicts, { issues, differencesFile });
  },
  report: async ({ runId, outDirectory, ...options }) => {
    const report = await runReport(loadTargetSettings(options), runId);
    await writeReport(outDirectory, report);
    return writtenReport(
      report,
      reportNames(report.mode).map((name) => join(outDirectory, name)),
    );
  },
  reset: (options, ui) => resetWithFiles(loadTargetSettings(options), options, ui),
  ledgerList: async (options) => ledgerReport(await listRuns(loadTargetSettings(options))),
  ledgerDrop: async (options, ui) => {
    const dropped = await runDropLedger(loadTargetSettings(options), options.runId, ui);
    return droppedReport(dropped, options.runId === null ? 'ledger' : 'run');
  },
  demo: runDemo,
};

function sheets(options: ProjectOptions & { readonly entities: readonly string[] }): Report {
  const config = loadProject(options);
  const project = { ...config, entities: config.entityClasses };
  return mappingSheets(selectedMappings(config.mappings, options.entities), nullForbidden(project));
}

async function openProject(options: ProjectOptions, ui: Pick<Ui, 'askSecret'>): Promise<Project> {
  const { config, settings } = await loadProjectWithSettings(options, ui.askSecret);
  return projectOf(settings, config);
}

function projectOf(
  settings: Settings,
  config: Pick<Project, 'mappings' | 'namingStrategy' | 'schema'> & { entityClasses: readonly unknown[]; path: string },
): Project {
  return {
    mappings: config.mappings,
    ...(config.namingStrategy === undefined ? {} : { namingStrategy: config.namingStrategy }),
    ...(config.schema === undefined ? {} : { schema: config.schema }),
    configPath: config.path,
    entities: config.entityClasses as NonNullable<Project['entities']>,
    source: oracleSettings(settings.source),
    target: settings.target,
  };
}

/** The driver's settings leave out what is not set, where ours hold null. */
function oracleSettings(source: SourceSettings): OracleSettings {
  const given = Object.entries(source).filter(([, value]) => value !== null);
  return Object.fromEntries(given) as unknown as OracleSettings;
}
