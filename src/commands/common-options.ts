import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { DEFAULT_LOCK_TIMEOUT_MS, DEFAULT_STALL_TIMEOUT_MS } from '../core/waits/watch';
import { wholeNumber } from './argument-parsers';
import type { CommandContext } from '../terminal/context';
import type { ProjectOptions } from '../app/options';
import type { CommonFlags } from '../terminal/with-ui';

/** Adds the options that every command has. */
export function withCommonOptions(command: Command): Command {
  return command
    .addOption(new Option('--config <file>', 'cutover.config.{ts,js,cjs}; looked for upwards when absent'))
    .addOption(
      new Option(
        '--verbosity <0..3>',
        '0 errors, 1 entities, 2 every finding and changed value (log: chunks), 3 log: every step',
      )
        .argParser(wholeNumber(0, 3))
        .default(1),
    )
    .addOption(new Option('--json', 'write events as NDJSON to standard output, and nothing else there'))
    .addOption(new Option('--debug', 'show the stacks of errors'))
    .addOption(
      new Option(
        '--stall-timeout <seconds>',
        `how long a silent database is waited for where its answer is due soon, 10 to 86400; ${seconds(DEFAULT_STALL_TIMEOUT_MS)} when absent (a resumed run: as at its start)`,
      ).argParser(wholeNumber(10, 86_400)),
    )
    .addOption(
      new Option(
        '--lock-timeout <seconds>',
        `how long a lock is waited for that somebody else holds on the target, 1 to 86400; ${seconds(DEFAULT_LOCK_TIMEOUT_MS)} when absent (a resumed run: as at its start)`,
      ).argParser(wholeNumber(1, 86_400)),
    );
}

function seconds(milliseconds: number): number {
  return milliseconds / 1000;
}

/** The command's place (its directory, environment and config file), and how long it waits. */
export function projectOptions(
  { config, stallTimeout, lockTimeout }: CommonFlags,
  { directory, environment }: CommandContext,
): ProjectOptions {
  return {
    directory,
    environment,
    configPath: config === undefined ? null : resolve(directory, config),
    waits: {
      ...(stallTimeout === undefined ? {} : { stallTimeoutMs: stallTimeout * 1000 }),
      ...(lockTimeout === undefined ? {} : { lockTimeoutMs: lockTimeout * 1000 }),
    },
  };
}

/** `--entity coil job --entity skid`, each name once. */
export function entityOption(): Option {
  return new Option('--entity <names...>', 'only these entities (repeatable)').default([], 'all');
}

/** Appends the Example section that every help page ends with. */
export function withExamples(command: Command, examples: readonly string[]): Command {
  const heading = examples.length === 1 ? 'Example' : 'Examples';
  return command.addHelpText('after', `\n${heading}:\n${examples.map((line) => `  $ ${line}`).join('\n')}`);
}
