import type { Settings, SourceSettings } from '../config/settings';
import { loadProject, loadProjectWithSettings, loadSettings, loadTargetSettings } from '../config/load-project';
import type { OracleSettings } from '../oracle/driver';
import { mappingSheets } from '../report/mapping-sheets';
import { planReport } from '../report/plan';
import type { Report } from '../report/report';
import { noRunReport, statusReport } from '../report/status';
import { validationReport } from '../report/validation';
import { connectionIssues, type Project } from './databases';
import { selectedMappings } from './entity-jobs';
import { runDemo } from './demo-run';
import { migrateWithFiles } from './migrate-with-files';
import type { ProjectOptions, UseCases } from './options';
import { runCheck } from './run-check';
import { DEFAULT_MIGRATION } from './run-migration';
import { runPlan } from './run-plan';
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
    const { run, issues, verdicts } = await runValidation(await openProject(options, ui), options);
    return validationReport(run.id, verdicts, issues);
  },
  demo: runDemo,
};

function sheets(options: ProjectOptions & { readonly entities: readonly string[] }): Report {
  const { mappings } = loadProject(options);
  return mappingSheets(selectedMappings(mappings, options.entities));
}

async function openProject(options: ProjectOptions, ui: Pick<Ui, 'askSecret'>): Promise<Project> {
  const { config, settings } = await loadProjectWithSettings(options, ui.askSecret);
  return projectOf(settings, config);
}

function projectOf(
  settings: Settings,
  config: { mappings: Project['mappings']; entityClasses: readonly unknown[] },
): Project {
  return {
    mappings: config.mappings,
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
