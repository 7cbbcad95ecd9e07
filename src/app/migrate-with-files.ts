import { join } from 'node:path';
import { mirrorCheckpoint, type CheckpointMirror } from '../files/checkpoint-mirror';
import { probeWritable } from '../files/probe-writable';
import { setAsideRejects } from '../files/rejects-aside';
import { exportRejects } from '../files/rejects-export';
import { shellWord } from '../core/words/shell-word';
import type { Report } from '../report/words/report';
import { issuesReport } from '../report/screen/issues';
import { runSummary } from '../report/screen/summary';
import { afterDatabasesGone } from '../report/evidence/next-steps';
import { compareCheckpoint } from './compare-checkpoint';
import type { Project } from './project/databases';
import { emitToAll } from '../core/run/events';
import { runMigration, type MigrationRequest, type MigrationResult } from './run-migration';
import { evidenceOf, reportNames, writeReport } from './run-report';
import { systemClock } from './project/system-clock';
import type { Ui } from './ui';
import { MigrationError } from '../core/errors';
import type { Target } from '../core/ports/target';

/** A file that is written from the ledger when the run has ended. */
interface FileAfterRun {
  readonly write: (target: Pick<Target, 'ledger' | 'standing' | 'behindSequences'>, runId: string) => Promise<void>;
  /** Its path, where it has been written and is worth reading. */
  readonly written: () => string | null;
  readonly exitCode: () => number;
}

/**
 * Writes a file by `work`, which answers whether it is worth reading. That it cannot be written must not hide how the run ended: it is told
 * as a finding, and by the exit code.
 */
function fileAfterRun(
  path: string,
  { ui: { emit }, again }: { readonly ui: Pick<Ui, 'emit'>; readonly again: (runId: string) => string },
  work: (target: Pick<Target, 'ledger' | 'standing' | 'behindSequences'>, runId: string) => Promise<boolean>,
): FileAfterRun {
  let isWorthReading = false;
  let exitCode = 0;
  return {
    write: async (target, runId) => {
      try {
        isWorthReading = await work(target, runId);
      } catch (error) {
        if (!(error instanceof MigrationError) || error.code !== 'FILE_NOT_WRITABLE') throw error;
        exitCode = error.exitCode;
        emit('issue', { code: error.code, level: 'error', subject: path, message: error.message, hint: again(runId) });
      }
    },
    written: () => (isWorthReading ? path : null),
    exitCode: () => exitCode,
  };
}

/** The run itself is in the ledger, from which `command` writes the file at any time; a rehearsal leaves none. */
function againBy(mode: MigrationRequest['mode'], command: (runId: string) => string): (runId: string) => string {
  if (mode === 'rehearse') return () => 'Make room, correct the rights, or name another folder with --log-dir.';
  return (runId) =>
    `The run itself is not harmed. Make room or correct the rights, or name another place, and write it anew: "${command(runId)}".`;
}

export interface FiledMigration extends MigrationRequest {
  /** Folder of the log, the checkpoint mirror and rejects.jsonl, absolute. */
  readonly logDirectory: string;
  /** `gone`: the databases end with the command. */
  readonly databases?: 'stay' | 'gone';
}

/**
 * A migration that leaves `migration_checkpoint.json`, `rejects.jsonl` and its report (`report.html`, `.json`, `.md`) in the log folder, and its
 * summary. A rehearsal leaves `rejects_rehearsal.jsonl` and `report_rehearsal.*` only: the other files may be those of a run which can still
 * be resumed.
 */
export async function migrateWithFiles(project: Project, options: FiledMigration, ui: Ui): Promise<Report> {
  const checkpointFile = join(options.logDirectory, 'migration_checkpoint.json');
  await probeFiles(options);
  const compare = options.resume === 'no' ? [] : [await compareCheckpoint(checkpointFile, ui.emit)];
  const mirror = options.mode === 'load' ? openMirror(checkpointFile, ui) : null;
  const rejectsName = options.mode === 'rehearse' ? 'rejects_rehearsal.jsonl' : 'rejects.jsonl';
  const rejects = rejectsExport(join(options.logDirectory, rejectsName), options.mode, ui);
  const evidence = evidenceFiles(options, ui);
  try {
    const emit = emitToAll([ui.emit, ...compare, ...(mirror === null ? [] : [mirror.emit])]);
    const afterwards = { afterRun: rejects.write, afterProof: evidence.write };
    const result = await runMigration(project, options, { ...ui, emit, ...afterwards });
    const report = reportOf(result, options, { rejectsFile: rejects.written(), reportFile: evidence.written() });
    const exitCode = [report.exitCode, rejects.exitCode(), evidence.exitCode()].find((code) => code !== 0) ?? 0;
    return { ...report, exitCode };
  } finally {
    await mirror?.close();
  }
}

/** Before anything is loaded: a run whose rejects nobody can read, or that no one can follow, is better not begun. */
async function probeFiles({ mode, logDirectory }: FiledMigration): Promise<void> {
  const names = FILES[mode];
  for (const name of names) await probeWritable(join(logDirectory, name));
}

const FILES: Readonly<Record<FiledMigration['mode'], readonly string[]>> = {
  load: ['migration_checkpoint.json', 'rejects.jsonl', ...reportNames('load')],
  rehearse: ['rejects_rehearsal.jsonl', ...reportNames('rehearse')],
  'check-only': [],
};

function rejectsExport(path: string, mode: FiledMigration['mode'], ui: Pick<Ui, 'emit'>): FileAfterRun {
  const again = againBy(mode, (runId) => `cutover rejects export --run ${runId} --out ${shellWord(path)}`);
  return fileAfterRun(path, { ui, again }, async ({ ledger }, runId) => {
    if (mode === 'load') await setAsideRejects(path, runId);
    return (await exportRejects(path, runId, ledger.rejects(runId))) > 0;
  });
}

function evidenceFiles(
  { logDirectory: directory, mode, databases }: Pick<FiledMigration, 'logDirectory' | 'mode' | 'databases'>,
  ui: Ui,
): FileAfterRun {
  const of = mode === 'rehearse' ? 'rehearse' : 'load';
  const [page = ''] = reportNames(of);
  const again = againBy(mode, (runId) => `cutover report --run ${runId} --out ${shellWord(directory)}`);
  return fileAfterRun(join(directory, page), { ui, again }, async (target, runId) => {
    const report = await evidenceOf(target, { runId, mode: of });
    await writeReport(directory, typedBy(ui)(databases === 'gone' ? afterDatabasesGone(report) : report));
    return true;
  });
}

function openMirror(path: string, ui: Ui): CheckpointMirror {
  const onFailure = (): void => {
    ui.emit('notice', {
      message: `${path} cannot be written; the run goes on ("cutover status" says where it stands, from the ledger)`,
    });
  };
  return mirrorCheckpoint({ path, clock: systemClock(), onFailure, asTyped: typedBy(ui) });
}

function reportOf(
  result: MigrationResult,
  options: FiledMigration,
  files: { readonly rejectsFile: string | null; readonly reportFile: string | null },
): Report {
  const { outcome, issues, changes, verdicts, sources, runIssues, forecast } = result;
  if (outcome === null) return issuesReport(issues);
  const found = [...runIssues, ...verdicts.flatMap((verdict) => verdict.issues)];
  const validation = verdicts.length === 0 ? null : found;
  const mode = options.mode === 'rehearse' ? 'rehearse' : 'load';
  const { databases = 'stay' } = options;
  return runSummary(outcome, {
    ...{ mode, changes, validation, sources, databases },
    ...files,
    ...(forecast && { forecast }),
  });
}

/** Whoever reads the files can type what stands in them. */
function typedBy({ asTyped }: Pick<Ui, 'asTyped'>): <T>(value: T) => T {
  return asTyped ?? ((value) => value);
}
