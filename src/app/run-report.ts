import { behindFindings } from '../core/checks/sequence-findings';
import type { Target } from '../core/ports/target';
import { missingIssues } from '../core/run/missing';
import { standingIssues } from '../core/run/standing';
import { REPORT_EXTENSIONS, setAsideReport, writeReportFiles, type ReportFile } from '../files/report-bundle';
import { drawUpReport } from '../report/evidence/draw-up-report';
import { reportAsHtml } from '../report/evidence/report-as-html';
import { reportAsJson } from '../report/evidence/report-as-json';
import { reportAsMarkdown } from '../report/evidence/report-as-markdown';
import type { RunReport } from '../report/evidence/run-report';
import { withTarget, type TargetAt } from './project/databases';
import { packageVersion } from '../config/package-version';
import { noSuchRun } from './run-validation';
import { systemClock } from './project/system-clock';

/** The evidence of a run by the ledger alone; neither the source nor a mapping is asked. Throws RUN_NOT_FOUND. */
export function runReport(target: TargetAt, runId: string | null): Promise<RunReport> {
  return withTarget(target, (opened) => evidenceOf(opened, { runId, mode: 'load' }));
}

/** The same of a target that is open; null: the latest run. */
export async function evidenceOf(
  { ledger, standing, behindSequences }: Pick<Target, 'ledger' | 'standing' | 'behindSequences'>,
  { runId, mode }: { readonly runId: string | null; readonly mode: RunReport['mode'] },
): Promise<RunReport> {
  const run = await ledger.findRun(runId ?? undefined);
  if (run === null) throw noSuchRun(runId);
  const [progress, changes, trail, sources] = [
    await ledger.progress(run.id),
    await ledger.changes(run.id),
    await ledger.trail(run.id, 'with its seal'),
    await ledger.sources(run.id),
  ];
  const { aside, ...rest } = await standing();
  // What it holds aside itself, its own trail says.
  const others = aside.filter(({ runId: other }) => other !== run.id);
  const targetIssues = [
    ...standingIssues({ ...rest, aside: others, rehearsals: [] }),
    ...missingIssues(rest, run.id),
    ...behindFindings(await behindSequences(run.id)),
  ];
  const generatedAt = systemClock().now().toISOString();
  return drawUpReport(
    { run, progress, changes, trail, sources, targetIssues },
    { mode, generatedAt, cutover: packageVersion() },
  );
}

const NAMES: Readonly<Record<RunReport['mode'], string>> = { load: 'report', rehearse: 'report_rehearsal' };

/** The names of the files of a report. */
export function reportNames(mode: RunReport['mode']): string[] {
  return REPORT_EXTENSIONS.map((extension) => `${NAMES[mode]}.${extension}`);
}

/** Writes the report in all its renderings; that of another run in the folder is set aside. Throws FILE_NOT_WRITABLE. */
export async function writeReport(directory: string, report: RunReport): Promise<void> {
  if (report.mode === 'load') await setAsideReport(directory, report.run.id);
  const texts: Readonly<Record<(typeof REPORT_EXTENSIONS)[number], string>> = {
    html: reportAsHtml(report),
    json: reportAsJson(report),
    md: reportAsMarkdown(report),
  };
  const files: ReportFile[] = REPORT_EXTENSIONS.map((extension) => {
    return { name: `${NAMES[report.mode]}.${extension}`, text: texts[extension] };
  });
  await writeReportFiles(directory, files);
}
