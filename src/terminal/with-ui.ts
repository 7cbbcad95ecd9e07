import { wantsNoColour } from '../config/environment';
import { secretsOf } from '../config/redact';
import type { CommandScope } from './context';
import { errorText } from './error-text';
import { asMigrationError } from '../app/as-migration-error';
import { emitToAll } from '../core/run/events';
import { onInterrupt } from './interrupt';
import { openLog, type RunLog } from './log';
import type { CommandOutcome } from '../app/outcome';
import { progressFor, type Verbosity } from './progress';
import { writeJsonLine } from './progress-json';
import { questions } from './questions';
import type { Ui } from '../app/ui';

/** The options that every command has, as commander holds them. */
export interface CommonFlags {
  readonly config?: string;
  readonly verbosity: Verbosity;
  readonly json?: boolean;
  readonly debug?: boolean;
  /** In seconds, as --lock-timeout. */
  readonly stallTimeout?: number;
  readonly lockTimeout?: number;
}

export interface UiFlags extends CommonFlags {
  readonly yes?: boolean;
}

export interface UiWork {
  readonly flags: UiFlags;
  /** Folder of the run's log; null: no log is kept. */
  readonly logDirectory: string | null;
  readonly work: (ui: Ui) => Promise<CommandOutcome>;
}

/** Runs one use case with its progress, log, questions and Ctrl-C, takes all of them down again, and prints what came out. */
export async function withUi(scope: CommandScope, task: UiWork): Promise<void> {
  const log = task.logDirectory === null ? null : openLogFor(scope, task.logDirectory, task.flags);
  try {
    const outcome = await shown(scope, { ...task, log });
    log?.end(`exit code ${outcome.exitCode}\n${detailed(outcome)}`);
    scope.finish(outcome.exitCode);
  } catch (error) {
    const secrets = secretsOf(scope.environment);
    log?.fail(errorText(asMigrationError(error), { detail: 'debug', secrets }));
    throw error;
  } finally {
    await log?.close();
  }
}

async function shown(scope: CommandScope, task: UiWork & { readonly log: RunLog | null }): Promise<CommandOutcome> {
  const { streams, environment } = scope;
  const { flags, log } = task;
  const progress = progressFor({
    streams,
    format: flags.json === true ? 'json' : 'text',
    verbosity: flags.verbosity,
    colour: wantsNoColour(environment) ? 'never' : 'auto',
    // The calendar may be set back while the run goes on.
    nowMs: () => performance.now(),
  });
  const emit = emitToAll([progress.emit, ...(log === null ? [] : [log.emit])]);
  log?.onFailure(() => {
    progress.emit('notice', { message: `${log.path} cannot be written any more; the run goes on without its log` });
  });
  let stopping = 'stopping after the work in hand';
  const onFirst = (): void => {
    emit('notice', { message: `interrupted: ${stopping}; press Ctrl-C again to stop at once` });
  };
  const exit = (code: number): void => {
    // Gives the terminal its cursor back.
    void progress.close();
    scope.exit(code);
  };
  const onSecond = (): void => {
    emit('notice', { message: 'foreign keys of tables in use are being put back; press Ctrl-C again to leave them' });
  };
  const interrupt = onInterrupt({ signals: scope.signals, onFirst, onSecond, exit });
  try {
    const { signal, beforeKilled } = interrupt;
    const asking = questions({ streams, answers: answersOf(flags), signal });
    const outcome = await task.work({ emit, signal, beforeKilled, ...asking });
    await progress.close();
    print(scope, flags, outcome);
    stopping = 'shutting down';
    await outcome.afterwards?.();
    return outcome;
  } finally {
    interrupt.release();
    await progress.close();
  }
}

function openLogFor({ now }: CommandScope, directory: string, { verbosity }: UiFlags): RunLog {
  return openLog({ directory, verbosity, startedAt: now() });
}

function answersOf({ yes, json }: UiFlags): 'operator' | 'yes' | 'machine' {
  if (yes === true) return 'yes';
  return json === true ? 'machine' : 'operator';
}

function print({ streams }: CommandScope, flags: UiFlags, outcome: CommandOutcome): void {
  if (flags.json === true) writeJsonLine(streams.stdout, { event: 'result', facts: outcome.facts });
  else streams.stdout.write(flags.verbosity >= 2 ? detailed(outcome) : outcome.output);
}

function detailed({ details = '', output }: CommandOutcome): string {
  return details === '' ? output : `${details}\n${output}`;
}
