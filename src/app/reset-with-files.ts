import { join } from 'node:path';
import { markReset } from '../files/mark-reset';
import { resetReport } from '../report/screen/reset';
import type { Report } from '../report/words/report';
import type { TargetAt } from './project/databases';
import type { ResetOptions } from './options';
import { runReset } from './run-reset';
import { systemClock } from './project/system-clock';
import type { Ui } from './ui';

/** A reset that tells the checkpoint file in the log folder what has become of its run. */
export async function resetWithFiles(
  target: TargetAt,
  options: Pick<ResetOptions, 'runId' | 'entities' | 'changed' | 'edited' | 'logDirectory'>,
  ui: Ui,
): Promise<Report> {
  const result = await runReset(target, options, ui);
  const file = join(options.logDirectory, 'migration_checkpoint.json');
  const { runId, state } = result;
  await markReset(file, { runId, state, entities: options.entities }, systemClock()).catch(() => {
    ui.emit('notice', { message: `${file} cannot be written; the ledger is the truth` });
  });
  return resetReport(result);
}
