import { join } from 'node:path';
import { mirrorCheckpoint, type CheckpointMirror } from '../files/checkpoint-mirror';
import { exportRejects } from '../files/rejects-export';
import type { Report } from '../report/report';
import { issuesReport } from '../report/issues';
import { runSummary } from '../report/summary';
import type { Project } from './databases';
import { emitToAll } from './event-sink';
import type { MigrateOptions } from './options';
import { runMigration, type MigrationResult } from './run-migration';
import { systemClock } from './system-clock';
import type { Ui } from './ui';

export type FiledMigration = Omit<MigrateOptions, 'directory' | 'configPath' | 'environment'>;

/** A migration that leaves `migration_checkpoint.json` and `rejects.jsonl` in the log folder, and its summary. */
export async function migrateWithFiles(project: Project, options: FiledMigration, ui: Ui): Promise<Report> {
  const mirror = options.mode === 'check-only' ? null : openMirror(options.logDirectory, ui);
  const rejectsFile = join(options.logDirectory, 'rejects.jsonl');
  let rejected = 0;
  try {
    const emit = mirror === null ? ui.emit : emitToAll([ui.emit, mirror.emit]);
    const result = await runMigration(project, options, {
      ...ui,
      emit,
      afterRun: async ({ ledger }, runId) => {
        rejected = await exportRejects(rejectsFile, ledger.rejects(runId));
      },
    });
    return reportOf(result, options, rejected > 0 ? rejectsFile : null);
  } finally {
    await mirror?.close();
  }
}

function openMirror(directory: string, ui: Ui): CheckpointMirror {
  const path = join(directory, 'migration_checkpoint.json');
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
