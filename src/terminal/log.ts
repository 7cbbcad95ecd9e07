import { createWriteStream, existsSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger, format, transports, type Logger } from 'winston';
import { makeFolder } from '../files/make-folder';
import { MigrationError } from '../core/errors';
import { type EventSink } from './event-sink';
import { emitBy, type EventTable } from '../core/run/events';
import type { Verbosity } from './progress';
import { visible, visibleLines } from '../core/words/visible';
import { counted, grouped } from '../core/counted';
import { upgradedText } from '../core/run/ledger-version';
import { findingText, finishedLine, startedLine } from './wording';

export interface LogOptions {
  readonly directory: string;
  readonly verbosity: Verbosity;
  readonly startedAt: Date;
}

/**
 * The log file of one run; readable by its owner only, since keys of rows may stand in it. It is there from the first moment, so that a process
 * which is killed leaves it, and goes again at the end of a command that failed before a run was opened or read.
 */
export interface RunLog extends EventSink {
  readonly path: string;
  /** A run is opened or read: the file stays, however the command ends. */
  readonly keep: () => void;
  /** Removes the file unless it is to be kept; for a process that ends at once. */
  readonly discard: () => void;
  /** Notes how the command ended, and keeps the file; `text` is free of secrets. */
  readonly end: (text: string) => void;
  /** The same for a command that failed: the text of its error. */
  readonly fail: (text: string) => void;
  /** `listener` is told when the log can no longer be written, once. */
  readonly onFailure: (listener: () => void) => void;
}

/** Opens `migration_YYYYMMDD_HHMMSS.log` (local time). Throws FILE_NOT_WRITABLE. */
export function openLog(options: LogOptions): RunLog {
  const path = join(options.directory, logName(options.startedAt));
  const { descriptor, isOurs } = opened(options.directory, path);
  let kept = !isOurs;
  const keep = (): void => {
    kept = true;
  };
  const discard = (): void => {
    if (!kept) rmSync(path, { force: true });
  };
  const file = createWriteStream(path, { fd: descriptor });
  // A full disk ends the log, not the migration.
  file.on('error', () => undefined);
  const logger = createLogger({
    level: 'info',
    format: format.combine(format.timestamp(), format.printf(lineOf)),
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- winston declares its transports as interfaces
    transports: [new transports.Stream({ stream: file, eol: '\n' })],
  });
  return {
    path,
    onFailure: (listener) => {
      file.once('error', listener);
    },
    emit: emitBy(entries(logger, { ...options, keep })),
    keep,
    discard,
    end: (text) => {
      keep();
      logger.info(text);
    },
    fail: (text) => {
      logger.error(text.replace(/^error {2}/, ''));
    },
    close: async () => {
      await new Promise((resolve) => logger.once('finish', resolve).end());
      await new Promise<void>((resolve) => {
        file.end(resolve);
      });
      discard();
    },
  };
}

/** `migration_20261120_221500.log`. */
function logName(startedAt: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = [startedAt.getFullYear(), startedAt.getMonth() + 1, startedAt.getDate()].map(two).join('');
  const time = [startedAt.getHours(), startedAt.getMinutes(), startedAt.getSeconds()].map(two).join('');
  return `migration_${day}_${time}.log`;
}

/** Opened here and not by the logger, which would report a refusal as an event later on. */
function opened(directory: string, path: string): { readonly descriptor: number; readonly isOurs: boolean } {
  try {
    makeFolder(directory);
    const isOurs = !existsSync(path);
    return { descriptor: openSync(path, 'a', 0o600), isOurs };
  } catch (cause) {
    throw new MigrationError('FILE_NOT_WRITABLE', `the log ${path} cannot be written`, {
      hint: 'Name another folder with --log-dir.',
      facts: { path },
      cause,
    });
  }
}

function lineOf(entry: { readonly level: string; readonly message: unknown; readonly timestamp?: unknown }): string {
  return `${String(entry.timestamp)}  ${entry.level.padEnd(5)}  ${visibleLines(String(entry.message))}`;
}

interface LogEntries extends Pick<LogOptions, 'verbosity'> {
  readonly keep: () => void;
}

function entries(logger: Logger, { verbosity, keep }: LogEntries): EventTable {
  return {
    'run:started': (facts) => {
      keep();
      logger.info(startedLine(facts));
    },
    'run:finished': ({ runId, state, seconds }) => logger.info(`run ${runId} ${state} after ${seconds.toFixed(1)} s`),
    'ledger:upgraded': (facts) => logger.info(upgradedText(facts)),
    issue: (issue) => logger.log(issue.level === 'warning' ? 'warn' : issue.level, findingText(issue)),
    notice: ({ message }) => logger.info(visible(message)),
    'entity:planned': ({ entity, rows, chunks, doneRows }) =>
      logger.info(
        `${entity}  ${counted(rows, 'row')} in ${counted(chunks, 'chunk')}, ${grouped(doneRows)} loaded before`,
      ),
    'entity:finished': (facts) => logger.log(facts.state === 'failed' ? 'error' : 'info', finishedLine(facts)),
    ...(verbosity >= 2 ? chunkEntries(logger) : {}),
    ...(verbosity >= 3 ? stepEntries(logger) : {}),
  };
}

function chunkEntries(logger: Logger): EventTable {
  return {
    'chunk:loaded': ({ entity, chunk, read, loaded, skipped, rejected, already }) => {
      const left = skipped > 0 ? `, ${skipped} skipped` : '';
      const rows = already ? 'loaded before' : `${read} read, ${loaded} loaded${left}, ${rejected} rejected`;
      logger.info(`${entity}  chunk ${chunk}  ${rows}`);
    },
  };
}

function stepEntries(logger: Logger): EventTable {
  return {
    'chunk:step': ({ entity, chunk, step }) => logger.info(`${entity}  chunk ${chunk}  ${step}`),
    'reset:step': ({ runId, at }) => logger.info(`run ${runId}  reset  ${at}`),
  };
}
