import { counted } from '../core/counted';
import type { Issue } from '../core/issues';
import { DEFAULT_RESET } from '../core/run/reset';
import type { Target } from '../core/ports/target';
import { resetRun, runToRestart } from '../migrate/target/reset';
import type { Ui } from './ui';

/** Id of the run that `--restart` is to reset first, said where there is none; null without `--restart`. */
export async function unfinishedRun(
  target: Target,
  { restart }: { readonly restart: 'no' | 'unfinished' },
  { emit }: Pick<Ui, 'emit'>,
): Promise<string | null> {
  if (restart !== 'unfinished') return null;
  const run = await runToRestart(target);
  if (run === null) emit('notice', { message: 'no run is unfinished: there is nothing to reset first' });
  return run?.id ?? null;
}

interface Restart {
  readonly runId: string;
  readonly target: Target;
  readonly ui: Pick<Ui, 'emit' | 'confirm'>;
  /** The pre-flight, to be asked again. */
  readonly check: () => Promise<readonly Issue[]>;
  /** What it found before the reset. */
  readonly told: readonly Issue[];
}

/** Resets the run. Answers with all findings of the pre-flight, now that the rows of the run are gone; those that are new are told. */
export async function resetFirst({ runId, target, ui, check, told }: Restart): Promise<Issue[]> {
  const { entities } = await resetRun({ target, ...ui }, { ...DEFAULT_RESET, runId, entities: [] });
  const removed = entities.reduce((sum, entity) => sum + entity.removed, 0);
  ui.emit('notice', { message: `run ${runId} is reset: ${counted(removed, 'row')} removed` });
  const isTold = (issue: Issue): boolean =>
    told.some(({ code, subject }) => code === issue.code && subject === issue.subject);
  const news = (await check()).filter((issue) => !isTold(issue));
  for (const issue of news) ui.emit('issue', issue);
  return [...told, ...news];
}
