import type { Command } from 'commander';
import { entityOption, projectOptions, withCommonOptions, withExamples } from './common-options';
import { type CommonFlags } from '../terminal/with-ui';
import type { CommandScope } from '../terminal/context';
import { withUi } from '../terminal/with-ui';

interface PlanFlags extends CommonFlags {
  readonly entity: readonly string[];
  readonly mappings?: boolean;
}

/** `cutover plan` */
export function addPlan(program: Command, scope: CommandScope): void {
  const command = program
    .command('plan')
    .description('show the order of the entities, their parents and sizes; changes nothing')
    .addOption(entityOption())
    .option('--mappings', 'show the data sheets field by field instead; needs no database')
    .action((flags: PlanFlags) => runPlan(flags, scope));
  withExamples(withCommonOptions(command), ['cutover plan', 'cutover plan --mappings --entity coil']);
}

function runPlan(flags: PlanFlags, scope: CommandScope): Promise<void> {
  const show: 'mappings' | 'order' = flags.mappings === true ? 'mappings' : 'order';
  const options = { ...projectOptions(flags, scope), entities: flags.entity, show };
  return withUi(scope, { flags, logDirectory: null, work: (ui) => scope.useCases.plan(options, ui) });
}
