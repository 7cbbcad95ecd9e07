import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { positiveNumber } from './argument-parsers';
import { withCommonOptions, withExamples } from './common-options';
import { type CommonFlags } from '../terminal/with-ui';
import type { CommandScope } from '../terminal/context';
import type { DemoOptions } from '../app/options';
import { withUi } from '../terminal/with-ui';

interface DemoFlags extends CommonFlags {
  readonly scale: number;
  readonly keep?: boolean;
  readonly empty?: boolean;
  readonly dir: string;
}

/** `cutover demo` */
export function addDemo(program: Command, scope: CommandScope): void {
  const command = program
    .command('demo')
    .description('migrate a legacy plant database between two embedded servers; needs nothing installed')
    .addOption(
      new Option('--scale <n>', 'multiply the 98,438 rows; fractions make a small demo')
        .argParser(positiveNumber(1000))
        .default(1),
    )
    .addOption(new Option('--keep', 'leave both servers up until Ctrl-C, to look around').conflicts('empty'))
    .option('--empty', 'migrate nothing: leave both servers up with empty target tables, to migrate by hand')
    .option('--dir <dir>', 'folder of the demo', 'cutover-demo')
    .action((flags: DemoFlags) => runDemo(flags, scope));
  withExamples(withCommonOptions(command), [
    'cutover demo',
    'cutover demo --scale 10 --keep',
    'cutover demo --scale 0.05 --empty',
  ]);
}

function runDemo(flags: DemoFlags, scope: CommandScope): Promise<void> {
  const demoDirectory = resolve(scope.directory, flags.dir);
  const { directory, environment } = scope;
  const target = flags.empty === true ? 'empty' : 'migrated';
  const after = flags.keep === true || target === 'empty' ? 'keep' : 'remove';
  const options: DemoOptions = { directory, environment, scale: flags.scale, target, after, demoDirectory };
  return withUi(scope, { flags, logDirectory: demoDirectory, work: (ui) => scope.useCases.demo(options, ui) });
}
