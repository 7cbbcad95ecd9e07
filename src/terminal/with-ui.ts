import type * as Log from './log';
import { wantsNoColour } from '../config/environment';
import { secretsOf } from '../config/redact';
import type { CommandScope } from './context';
import { errorText } from './error-text';
import { asMigrationError } from '../app/as-migration-error';
import { emitToAll, type Emit, type EventName } from '../core/run/events';
import { visibleLines } from '../core/words/visible';
import type { EventSink } from './event-sink';
import { onInterrupt, type Interrupt, type Stage } from './interrupt';
import type { RunLog } from './log';
import type { CommandOutcome } from '../app/outcome';
import { progressFor, type Verbosity } from './progress';
import { writeJsonLine } from './progress-json';
import { questions } from './questions';
import { runIn, speechOf, type Speech } from './speech';
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
  /** What is said of how to go on when a second Ctrl-C ends the process; nothing where absent, or no run has begun. */
  readonly goOn?: (runId: string) => string;
  /** `dropped`: those of a rehearsal, which no later command can name. */
  readonly runs?: 'kept' | 'dropped';
  readonly work: (ui: Ui) => Promise<CommandOutcome>;
}

/** Runs one use case with its progress, log, questions and Ctrl-C, takes all of them down again, and prints what came out. */
export async function withUi(scope: CommandScope, task: UiWork): Promise<void> {
  const progress = progressOf(scope, task.flags);
  const log = task.logDirectory === null ? null : openLogFor(scope, task.logDirectory, task.flags);
  const speech = speechOf(scope);
  try {
    const outcome = await shown(scope, { ...task, progress, log, speech });
    log?.end(`exit code ${outcome.exitCode}\n${detailed(outcome)}`);
    scope.finish(outcome.exitCode);
  } catch (error) {
    const secrets = secretsOf(scope.environment);
    log?.fail(errorText(asMigrationError(error), { detail: 'debug', secrets, speech }));
    throw error;
  } finally {
    await log?.close();
  }
}

interface Shown extends UiWork {
  readonly progress: EventSink;
  readonly log: RunLog | null;
  readonly speech: Speech;
}

async function shown(scope: CommandScope, task: Shown): Promise<CommandOutcome> {
  const { streams } = scope;
  const { flags, progress, log, speech } = task;
  const { emit, runId } = emitting(task, [progress.emit, ...(log === null ? [] : [log.emit])]);
  log?.onFailure(() => {
    progress.emit('notice', {
      message: `${log.path} cannot be written any more; the run goes on without its log ("cutover status" says where it stands)`,
    });
  });
  const interrupt = interruptOf(scope, {
    emit,
    ending: () => {
      endingAtOnce({ task, runId: runId(), emit });
    },
  });
  try {
    const { signal, beforeKilled } = interrupt;
    const asking = questions({ streams, answers: answersOf(flags), signal });
    const keepLog = (): void => {
      log?.keep();
    };
    const talk = { emit, signal, beforeKilled, asTyped: speech.of, keepLog };
    const outcome = typed(await task.work({ ...talk, ...asking }), task);
    await progress.close();
    print(scope, flags, outcome);
    interrupt.shuttingDown();
    await outcome.afterwards?.();
    return outcome;
  } finally {
    interrupt.release();
    await progress.close();
  }
}

function progressOf({ streams, environment }: CommandScope, flags: UiFlags): EventSink {
  return progressFor({
    streams,
    format: flags.json === true ? 'json' : 'text',
    verbosity: flags.verbosity,
    colour: wantsNoColour(environment) ? 'never' : 'auto',
    // The calendar may be set back while the run goes on.
    nowMs: () => performance.now(),
  });
}

interface Emitting {
  readonly emit: Emit;
  /** The run that has begun; null before. */
  readonly runId: () => string | null;
}

/** Every event in words that can be typed; which run has begun is noted. */
function emitting({ speech, runs = 'kept' }: Pick<Shown, 'speech' | 'runs'>, emits: readonly Emit[]): Emitting {
  const toAll = emitToAll(emits);
  let begun: string | null = null;
  const emit: Emit = (name, facts) => {
    if (name === 'run:started' && 'runId' in facts) {
      begun = facts.runId;
      if (runs === 'kept') speech.about(facts.runId);
    }
    toAll(name, WORDLESS.includes(name) ? facts : speech.of(facts));
  };
  return { emit, runId: () => begun };
}

/** Events of which there are many, and no text that holds a command. */
const WORDLESS: readonly EventName[] = ['chunk:step', 'chunk:loaded', 'chunk:conflicts', 'lobs:read', 'entity:planned'];

/** The outcome in words that can be typed. */
function typed(outcome: CommandOutcome, { speech, runs = 'kept' }: Pick<Shown, 'speech' | 'runs'>): CommandOutcome {
  const runId = runIn(outcome.facts);
  if (runId !== null && runs === 'kept') speech.about(runId);
  const { output, details, facts } = outcome;
  return {
    ...outcome,
    output: visibleLines(speech.of(output)),
    ...(details === undefined ? {} : { details: visibleLines(speech.of(details)) }),
    facts: speech.of(facts),
  };
}

interface Ending {
  readonly task: Shown;
  /** The run that has begun; null: none. */
  readonly runId: string | null;
  readonly emit: Emit;
}

/** What a process that ends at once still does. */
function endingAtOnce({ task, runId, emit }: Ending): void {
  if (runId !== null && task.goOn !== undefined) emit('notice', { message: task.goOn(runId) });
  // Gives the terminal its cursor back.
  void task.progress.close();
  task.log?.discard();
}

const STOPPING: Readonly<Record<Stage, string>> = {
  work: 'stopping after the work in hand',
  'shutting down': 'shutting down',
};

interface Interrupting {
  readonly emit: Emit;
  readonly ending: () => void;
}

function interruptOf(scope: CommandScope, { emit, ending }: Interrupting): Interrupt {
  return onInterrupt({
    signals: scope.signals,
    onFirst: (stage) => {
      emit('notice', { message: `interrupted: ${STOPPING[stage]}; press Ctrl-C again to stop at once` });
    },
    onSecond: () => {
      emit('notice', { message: 'foreign keys of tables in use are being put back; press Ctrl-C again to leave them' });
    },
    exit: (code) => {
      ending();
      scope.exit(code);
    },
  });
}

function openLogFor({ now }: CommandScope, directory: string, { verbosity }: UiFlags): RunLog {
  return logs().openLog({ directory, verbosity, startedAt: now() });
}

/** Loads the logger only for a command that keeps a log. */
function logs(): typeof Log {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would need a name ending in .js, which does not exist when run from the sources
  return require('./log') as typeof Log;
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
