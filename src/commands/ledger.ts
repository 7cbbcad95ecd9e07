import type { Command } from 'commander';
import { projectOptions, withCommonOptions, withExamples } from './common-options';
import { type CommonFlags } from '../terminal/with-ui';
import type { CommandScope } from '../terminal/context';
import { withUi, type UiFlags } from '../terminal/with-ui';

interface DropFlags extends UiFlags {
  readonly run?: string;
}

/** `cutover ledger list`, `cutover ledger drop` */
export function addLedger(program: Command, scope: CommandScope): void {
  const ledger = program
    .command('ledger')
    .description('list the runs that the ledger in the target knows, or drop it after sign-off');
  withExamples(ledger, ['cutover ledger list', 'cutover ledger drop']);
  const list = ledger
    .command('list')
    .description('list all runs, the latest first')
    .action((flags: CommonFlags) => listRuns(flags, scope));
  withExamples(withCommonOptions(list), ['cutover ledger list', 'cutover ledger list --json']);
  const drop = ledger
    .command('drop')
    .description('remove the ledger, which holds personal data (rejected rows), from the target; asks first')
    .option('--run <id>', 'only what it holds of this run')
    .option('--yes', 'do not ask for confirmation')
    .action((flags: DropFlags) => dropLedger(flags, scope));
  withExamples(withCommonOptions(drop), [
    'cutover ledger drop',
    'cutover ledger drop --run 20261120-221500-3fa9 --yes',
  ]);
}

function listRuns(flags: CommonFlags, scope: CommandScope): Promise<void> {
  const options = projectOptions(flags, scope);
  return withUi(scope, { flags, logDirectory: null, work: (ui) => scope.useCases.ledgerList(options, ui) });
}

function dropLedger(flags: DropFlags, scope: CommandScope): Promise<void> {
  const options = { ...projectOptions(flags, scope), runId: flags.run ?? null };
  return withUi(scope, { flags, logDirectory: null, work: (ui) => scope.useCases.ledgerDrop(options, ui) });
}
