import type { Command } from 'commander';
import { entityOption, projectOptions, withCommonOptions, withExamples, type CommonFlags } from './common-options';
import type { CommandScope } from './context';
import { withUi } from './with-ui';

interface ValidateFlags extends CommonFlags {
  readonly entity: readonly string[];
  readonly run?: string;
}

/** `cutover validate` */
export function addValidate(program: Command, scope: CommandScope): void {
  const command = program
    .command('validate')
    .description('prove a finished run: counts at its snapshot, every row accounted for, no orphans')
    .addOption(entityOption())
    .option('--run <id>', 'the run; the latest when absent')
    .action((flags: ValidateFlags) => runValidate(flags, scope));
  withExamples(withCommonOptions(command), ['cutover validate', 'cutover validate --entity coil job']);
}

function runValidate(flags: ValidateFlags, scope: CommandScope): Promise<void> {
  const options = { ...projectOptions(flags, scope), entities: flags.entity, runId: flags.run ?? null };
  return withUi(scope, { flags, logDirectory: null, work: (ui) => scope.useCases.validate(options, ui) });
}
