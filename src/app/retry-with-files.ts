import { join } from 'node:path';
import { are, counted } from '../core/counted';
import { rejectsOwner } from '../files/rejects-aside';
import { retryReport } from '../report/screen/rejects';
import type { Report } from '../report/words/report';
import type { Project } from './project/databases';
import type { RejectsRetryOptions } from './options';
import { runRetry, writeRejects } from './run-rejects';
import type { Ui } from './ui';

/** A retry after which `rejects.jsonl` in the log folder, where it is this run's, lists the rows that are still rejected. */
export async function retryWithFiles(
  project: Project,
  options: Pick<RejectsRetryOptions, 'runId' | 'entities' | 'logDirectory'>,
  ui: Ui,
): Promise<Report> {
  const result = await runRetry(project, options, ui);
  await renewRejects(project, { runId: result.runId, directory: options.logDirectory }, ui);
  return retryReport(result);
}

async function renewRejects(
  { target }: Project,
  { runId, directory }: { readonly runId: string; readonly directory: string },
  ui: Pick<Ui, 'emit'>,
): Promise<void> {
  const path = join(directory, 'rejects.jsonl');
  if ((await rejectsOwner(path)) !== runId) return;
  try {
    const { rejects } = await writeRejects(target, { runId, entities: [] }, path);
    ui.emit('notice', {
      message: `${path} was written anew: ${counted(rejects, 'row')} ${are(rejects)} still rejected`,
    });
  } catch {
    // The rows are loaded whatever becomes of the file.
    const command = `cutover rejects export --run ${runId} --out rejects-${runId}.jsonl`;
    ui.emit('notice', {
      message: `${path} cannot be written and lists rows that are loaded now: write it with "${command}"`,
    });
  }
}
