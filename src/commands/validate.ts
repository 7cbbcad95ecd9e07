import { listingCommand } from '../core/comparison/listing';
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { COMPARE_LEVELS, type CompareLevel } from '../core/comparison/comparison';
import { MigrationError } from '../core/errors';
import { sha256 } from './argument-parsers';
import { entityOption, projectOptions, withCommonOptions, withExamples } from './common-options';
import { type CommonFlags } from '../terminal/with-ui';
import type { CommandScope } from '../terminal/context';
import { withUi } from '../terminal/with-ui';

interface ValidateFlags extends CommonFlags {
  readonly entity: readonly string[];
  readonly run?: string;
  readonly level: CompareLevel;
  readonly differences?: string;
  readonly digest?: string;
}

/** `cutover validate` */
export function addValidate(program: Command, scope: CommandScope): void {
  const command = program
    .command('validate')
    .description(
      'compare a finished run with its source: counts, accounts and orphans; with --level also keys or every value, which prove it',
    )
    .addOption(entityOption())
    .option('--run <id>', 'the run; the latest when absent')
    .addOption(
      new Option('--level <level>', 'counts only, which keys are there, or every value of every row')
        .choices(COMPARE_LEVELS)
        .default('counts'),
    )
    .option(
      '--differences <file>',
      'write the rows that differ there, and a few that agree, with their values; readable by you only',
    )
    .option(
      '--digest <hex>',
      'say whether the ledger still has this digest, from a report that was kept elsewhere',
      sha256,
    )
    .action((flags: ValidateFlags) => runValidate(flags, scope));
  withExamples(withCommonOptions(command), [
    'cutover validate',
    'cutover validate --entity coil job',
    listingCommand(),
  ]);
}

function runValidate(flags: ValidateFlags, scope: CommandScope): Promise<void> {
  const { level, differences } = flags;
  if (differences !== undefined && level === 'counts') throw nothingToWrite();
  const options = {
    ...projectOptions(flags, scope),
    entities: flags.entity,
    runId: flags.run ?? null,
    digest: flags.digest ?? null,
    level,
    differencesFile: differences === undefined ? null : resolve(scope.directory, differences),
  };
  return withUi(scope, { flags, logDirectory: null, work: (ui) => scope.useCases.validate(options, ui) });
}

function nothingToWrite(): MigrationError {
  return new MigrationError('USAGE', '--differences has nothing to write where counts alone are compared', {
    hint: 'Add --level keys or --level rows.',
  });
}
