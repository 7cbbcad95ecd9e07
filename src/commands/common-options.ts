import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
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
    .addOption(new Option('--debug', 'show the stacks of errors'));
}

/** The command's place: its directory, environment and config file. */
export function projectOptions(flags: Pick<CommonFlags, 'config'>, context: CommandContext): ProjectOptions {
  const { directory, environment } = context;
  return { directory, environment, configPath: flags.config === undefined ? null : resolve(directory, flags.config) };
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
