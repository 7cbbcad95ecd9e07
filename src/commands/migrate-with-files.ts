import { join } from 'node:path';
import { mirrorCheckpoint, type CheckpointMirror } from '../files/checkpoint-mirror';
import { setAsideRejects } from '../files/rejects-aside';
import { exportRejects } from '../files/rejects-export';
import { MigrationError } from '../core/errors';
import type { Target } from '../core/ports/target';
import type { Report } from '../report/report';
import { issuesReport } from '../report/issues';
import { runSummary } from '../report/summary';
import { compareCheckpoint } from './compare-checkpoint';
import type { Project } from './databases';
import { emitToAll } from './event-sink';
import type { MigrateOptions } from './options';
import { runMigration, type MigrationResult } from './run-migration';
import { systemClock } from './system-clock';
import type { Ui } from './ui';

export type FiledMigration = Omit<MigrateOptions, 'directory' | 'configPath' | 'environment'>;

/**
 * A migration that leaves `migration_checkpoint.json` and `rejects.jsonl` in the log folder, and its summary. A rehearsal leaves
 * `rejects_rehearsal.jsonl` only: the other files may be those of a run which can still be resumed.
 */
export async function migrateWithFiles(project: Project, options: FiledMigration, ui: Ui): Promise<Report> {
  const checkpointFile = join(options.logDirectory, 'migration_checkpoint.json');
  const compare = options.resume === 'no' ? [] : [await compareCheckpoint(checkpointFile, ui.emit)];
  const mirror = options.mode === 'load' ? openMirror(checkpointFile, ui) : null;
  const rejectsName = options.mode === 'rehearse' ? 'rejects_rehearsal.jsonl' : 'rejects.jsonl';
  const rejects = rejectsExport(join(options.logDirectory, rejectsName), options.mode, ui);
  try {
    const emit = emitToAll([ui.emit, ...compare, ...(mirror === null ? [] : [mirror.emit])]);
    const result = await runMigration(project, options, { ...ui, emit, afterRun: rejects.write });
    const report = reportOf(result, options, rejects.written());
    return report.exitCode === 0 ? { ...report, exitCode: rejects.exitCode() } : report;
  } finally {
    await mirror?.close();
  }
}

interface RejectsExport {
  readonly write: (target: Pick<Target, 'ledger'>, runId: string) => Promise<void>;
  /** The file, where it has been written and holds any reject. */
  readonly written: () => string | null;
  readonly exitCode: () => number;
}

/** A file that cannot be written must not hide how the run ended: it is told as a finding, and by the exit code. */
function rejectsExport(path: string, mode: FiledMigration['mode'], { emit }: Pick<Ui, 'emit'>): RejectsExport {
  let rejected = 0;
  let exitCode = 0;
  return {
    write: async ({ ledger }, runId) => {
      try {
        if (mode === 'load') await setAsideRejects(path, runId);
        rejected = await exportRejects(path, runId, ledger.rejects(runId));
      } catch (error) {
        if (!(error instanceof MigrationError) || error.code !== 'FILE_NOT_WRITABLE') throw error;
        exitCode = error.exitCode;
        emit('issue', { code: error.code, level: 'error', subject: path, message: error.message, hint: EXPORT_HINT });
      }
    },
    written: () => (rejected > 0 ? path : null),
    exitCode: () => exitCode,
  };
}

const EXPORT_HINT =
  'Make room, correct the rights, or name another folder with --log-dir. The run itself is not harmed.';

function openMirror(path: string, ui: Ui): CheckpointMirror {
  const onFailure = (): void => {
    ui.emit('notice', { message: `${path} cannot be written; the run goes on, the ledger is the truth` });
  };
  return mirrorCheckpoint({ path, clock: systemClock(), onFailure });
}

function reportOf(result: MigrationResult, options: FiledMigration, rejectsFile: string | null): Report {
  const { outcome, issues, changes, verdicts } = result;
  if (outcome === null) return issuesReport(issues);
  const validation = verdicts.length === 0 ? null : verdicts.flatMap((verdict) => verdict.issues);
  const mode = options.mode === 'rehearse' ? 'rehearse' : 'load';
  return runSummary(outcome, { mode, changes, validation, rejectsFile });
}
