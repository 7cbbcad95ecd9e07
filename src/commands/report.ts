import { resolve } from 'node:path';
import type { Command } from 'commander';
import { projectOptions, withCommonOptions, withExamples } from './common-options';
import { type CommonFlags } from '../terminal/with-ui';
import type { CommandScope } from '../terminal/context';
import { withUi } from '../terminal/with-ui';

interface ReportFlags extends CommonFlags {
  readonly run?: string;
  readonly out: string;
}

/** `cutover report` */
export function addReport(program: Command, scope: CommandScope): void {
  const command = program
    .command('report')
    .description('write the evidence of a run, by the ledger: report.html, report.json and report.md')
    .option('--run <id>', 'the run; the latest when absent')
    .option('--out <dir>', 'folder of the three files', '.')
    .action((flags: ReportFlags) => runReport(flags, scope));
  withExamples(withCommonOptions(command), [
    'cutover report',
    'cutover report --run 20261120-221500-3fa9 --out evidence',
  ]);
}

function runReport(flags: ReportFlags, scope: CommandScope): Promise<void> {
  const outDirectory = resolve(scope.directory, flags.out);
  const options = { ...projectOptions(flags, scope), runId: flags.run ?? null, outDirectory };
  return withUi(scope, { flags, logDirectory: null, work: (ui) => scope.useCases.report(options, ui) });
}
