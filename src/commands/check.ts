import type { Command } from 'commander';
import { issuesReport } from '../report/issues';
import { entityOption, projectOptions, withCommonOptions, withExamples, type CommonFlags } from './common-options';
import type { CommandScope } from './context';
import { withUi } from './with-ui';

interface CheckFlags extends CommonFlags {
  readonly entity: readonly string[];
  readonly connections?: boolean;
}

/** `cutover check` */
export function addCheck(program: Command, scope: CommandScope): void {
  const command = program
    .command('check')
    .description('find everything that would stop or harm a migration; changes nothing')
    .addOption(entityOption())
    .option('--connections', 'only the two databases; needs no cutover.config')
    .action((flags: CheckFlags) => runCheck(flags, scope));
  withExamples(withCommonOptions(command), ['cutover check', 'cutover check --connections']);
}

function runCheck(flags: CheckFlags, scope: CommandScope): Promise<void> {
  const options = {
    ...projectOptions(flags, scope),
    entities: flags.entity,
    scope: flags.connections === true ? ('connections' as const) : ('everything' as const),
  };
  const work = async (ui: Parameters<typeof scope.useCases.check>[1]) =>
    issuesReport(await scope.useCases.check(options, ui));
  return withUi(scope, { flags, logDirectory: null, work });
}
