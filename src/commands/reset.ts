import { resolve } from 'node:path';
import type { Command } from 'commander';
import { entityOption, projectOptions, withCommonOptions, withExamples } from './common-options';
import type { CommandScope } from '../terminal/context';
import type { ResetOptions } from '../app/options';
import { withUi, type UiFlags } from '../terminal/with-ui';

interface ResetFlags extends UiFlags {
  readonly run?: string;
  readonly entity: readonly string[];
  readonly leaveChanged?: boolean;
  readonly acceptEdited?: boolean;
  readonly logDir: string;
}

const EXAMPLES = [
  'cutover reset --run 20261120-221500-3fa9',
  'cutover reset --run 20261120-221500-3fa9 --entity coil job --yes',
  'cutover reset --run 20261120-221500-3fa9 --leave-changed',
];

/** `cutover reset` */
export function addReset(program: Command, scope: CommandScope): void {
  const command = program
    .command('reset')
    .description('remove exactly what a run has loaded and bring back what it has set aside; asks first')
    .option('--run <id>', 'the run to take back')
    .addOption(entityOption())
    .option('--leave-changed', 'go on although rows of the run were changed or deleted since; those still there stay')
    .option(
      '--accept-edited',
      'go on although somebody has edited the ledger; the run keeps which parts of it were believed',
    )
    .option('--yes', 'do not ask for confirmation')
    .option('--log-dir <dir>', 'folder of the log and of the checkpoint', '.')
    .action((flags: ResetFlags) => runReset(flags, scope));
  withExamples(withCommonOptions(command), EXAMPLES);
}

function runReset(flags: ResetFlags, scope: CommandScope): Promise<void> {
  const logDirectory = resolve(scope.directory, flags.logDir);
  const options: ResetOptions = {
    ...projectOptions(flags, scope),
    runId: flags.run ?? null,
    entities: flags.entity,
    changed: flags.leaveChanged === true ? 'leave' : 'refuse',
    edited: flags.acceptEdited === true ? 'accept' : 'refuse',
    logDirectory,
  };
  return withUi(scope, { flags, logDirectory, work: (ui) => scope.useCases.reset(options, ui) });
}
