import type { Command } from 'commander';
import { projectOptions, withCommonOptions, withExamples } from './common-options';
import { type CommonFlags } from '../terminal/with-ui';
import type { CommandScope } from '../terminal/context';
import { withUi } from '../terminal/with-ui';

interface StatusFlags extends CommonFlags {
  readonly run?: string;
}

/** `cutover status` */
export function addStatus(program: Command, scope: CommandScope): void {
  const command = program
    .command('status')
    .description('show what the ledger knows about a run')
    .option('--run <id>', 'the run; the latest when absent')
    .action((flags: StatusFlags) => runStatus(flags, scope));
  withExamples(withCommonOptions(command), ['cutover status', 'cutover status --run 20261120-221500-3fa9 --json']);
}

function runStatus(flags: StatusFlags, scope: CommandScope): Promise<void> {
  const options = { ...projectOptions(flags, scope), runId: flags.run ?? null };
  return withUi(scope, { flags, logDirectory: null, work: (ui) => scope.useCases.status(options, ui) });
}
