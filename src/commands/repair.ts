import { REPAIR_LISTED } from '../core/comparison/listing';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { projectOptions, withCommonOptions, withExamples } from './common-options';
import type { CommandScope } from '../terminal/context';
import { withUi, type UiFlags } from '../terminal/with-ui';

interface RepairFlags extends UiFlags {
  readonly from: string;
}

/** `cutover repair` */
export function addRepair(program: Command, scope: CommandScope): void {
  const command = program
    .command('repair')
    .description('put right the rows that a comparison has listed, and only those, then compare again; asks first')
    .requiredOption('--from <file>', 'what "cutover validate" has written to its --differences')
    .option('--yes', 'do not ask for confirmation')
    .action((flags: RepairFlags) => runRepair(flags, scope));
  withExamples(withCommonOptions(command), [REPAIR_LISTED, `${REPAIR_LISTED} --yes`]);
}

function runRepair(flags: RepairFlags, scope: CommandScope): Promise<void> {
  const options = { ...projectOptions(flags, scope), differencesFile: resolve(scope.directory, flags.from) };
  return withUi(scope, { flags, logDirectory: null, work: (ui) => scope.useCases.repair(options, ui) });
}
