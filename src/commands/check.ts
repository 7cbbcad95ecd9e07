import { Option, type Command } from 'commander';
import { CONFLICT_POLICIES, type ConflictPolicy } from '../core/run/conflicts';
import { MigrationError } from '../core/errors';
import { limitText, type RejectLimit } from '../core/run/reject-limit';
import { DEFAULT_LOAD } from '../core/run/options';
import { issuesReport } from '../report/screen/issues';
import { rejectLimit, wholeNumber } from './argument-parsers';
import { entityOption, projectOptions, withCommonOptions, withExamples } from './common-options';
import { type CommonFlags } from '../terminal/with-ui';
import { allowancesIn, withAllowances, type AllowanceFlags } from './allowance-options';
import type { CommandScope } from '../terminal/context';
import type { CommandOutcome } from '../app/outcome';
import type { Ui } from '../app/ui';
import { withUi } from '../terminal/with-ui';

interface CheckFlags extends CommonFlags, AllowanceFlags {
  readonly entity: readonly string[];
  readonly connections?: boolean;
  readonly data?: boolean;
  readonly sample?: number;
  readonly maxRejects?: RejectLimit;
  readonly onConflict?: ConflictPolicy;
}

const EXAMPLES = [
  'cutover check',
  'cutover check --connections',
  'cutover check --data --max-rejects 0.5%',
  'cutover check --data --sample 10000 --entity coil',
  'cutover check --data --on-conflict skip',
];

const DEFAULT_LIMIT = limitText(DEFAULT_LOAD.rejectLimit);

/** `cutover check` */
export function addCheck(program: Command, scope: CommandScope): void {
  const command = program
    .command('check')
    .description('find everything that would stop or harm a migration; changes nothing')
    .addOption(entityOption())
    .addOption(new Option('--connections', 'only the two databases; needs no cutover.config').conflicts('data'))
    .option('--data', 'also read every row and say what a migration would reject, and why')
    .addOption(
      new Option('--sample <rows>', 'with --data: read about as many rows of each table only').argParser(
        wholeNumber(1, 999_999_999),
      ),
    )
    .addOption(
      new Option(
        '--max-rejects <n|p%>',
        `with --data: most rows that may be rejected, ${DEFAULT_LIMIT} unless given`,
      ).argParser(rejectLimit),
    )
    .addOption(
      new Option(
        '--on-conflict <policy>',
        'with --data: what a migration would do with rows whose key the target has, reject unless given',
      ).choices(CONFLICT_POLICIES),
    )
    .action((flags: CheckFlags) => runCheck(flags, scope));
  withExamples(withCommonOptions(withAllowances(command)), EXAMPLES);
}

function runCheck(flags: CheckFlags, scope: CommandScope): Promise<void> {
  const work = flags.data === true ? scanWork(flags, scope) : checkWork(flags, scope);
  return withUi(scope, { flags, logDirectory: null, work });
}

function scanWork(flags: CheckFlags, scope: CommandScope): (ui: Ui) => Promise<CommandOutcome> {
  const options = {
    ...projectOptions(flags, scope),
    entities: flags.entity,
    sample: flags.sample ?? null,
    rejectLimit: flags.maxRejects ?? DEFAULT_LOAD.rejectLimit,
    onConflict: flags.onConflict ?? DEFAULT_LOAD.onConflict,
    ...allowancesIn(flags),
  };
  return (ui) => scope.useCases.scan(options, ui);
}

function checkWork(flags: CheckFlags, scope: CommandScope): (ui: Ui) => Promise<CommandOutcome> {
  if (flags.sample !== undefined) throw withoutData('--sample');
  if (flags.maxRejects !== undefined) throw withoutData('--max-rejects');
  if (flags.onConflict !== undefined) throw withoutData('--on-conflict');
  const options = {
    ...projectOptions(flags, scope),
    entities: flags.entity,
    scope: flags.connections === true ? ('connections' as const) : ('everything' as const),
    ...allowancesIn(flags),
  };
  const looked = flags.connections === true ? 'at connections' : 'at everything';
  return async (ui) => issuesReport(await scope.useCases.check(options, ui), looked);
}

function withoutData(option: string): MigrationError {
  return new MigrationError('USAGE', `${option} is about the data, which is not read`, { hint: 'Add --data.' });
}
