import { resolve } from 'node:path';
import type { Command } from 'commander';
import { entityOption, projectOptions, withCommonOptions, withExamples } from './common-options';
import type { CommandScope } from '../terminal/context';
import type { RejectsOptions } from '../app/options';
import { withUi, type UiFlags } from '../terminal/with-ui';

interface RejectsFlags extends UiFlags {
  readonly run?: string;
  readonly entity: readonly string[];
  readonly out: string;
  readonly logDir: string;
}

/** `cutover rejects list`, `cutover rejects export`, `cutover rejects retry` */
export function addRejects(program: Command, scope: CommandScope): void {
  const rejects = program
    .command('rejects')
    .description('look at the rows that a run has turned away, and load them once the mapping is fixed');
  withExamples(rejects, ['cutover rejects list', 'cutover rejects retry --entity job']);
  const list = rejects
    .command('list')
    .description('count them by entity, stage, property and reason, with keys of the first')
    .action((flags: RejectsFlags) =>
      withUi(scope, {
        flags,
        logDirectory: null,
        work: (ui) => scope.useCases.rejectsList(optionsOf(flags, scope), ui),
      }),
    );
  withExamples(which(list), ['cutover rejects list', 'cutover rejects list --entity job --json']);
  const write = rejects
    .command('export')
    .description('write them with their legacy rows, a JSON object a line, readable by you only')
    .option('--out <file>', 'where to', 'rejects.jsonl')
    .action((flags: RejectsFlags) => exportRejects(flags, scope));
  withExamples(which(write), ['cutover rejects export', 'cutover rejects export --entity job --out job.jsonl']);
  const retry = rejects
    .command('retry')
    .description('read them again at the snapshot of the run, and load those that the mapping accepts now; asks first')
    .option('--yes', 'do not ask for confirmation')
    .option('--log-dir <dir>', 'folder of the migration, whose rejects.jsonl is written anew', '.')
    .action((flags: RejectsFlags) => retryRejects(flags, scope));
  withExamples(which(retry), ['cutover rejects retry', 'cutover rejects retry --entity job --yes']);
}

function which(command: Command): Command {
  return withCommonOptions(command.option('--run <id>', 'the run; the latest when absent').addOption(entityOption()));
}

function optionsOf(flags: RejectsFlags, scope: CommandScope): RejectsOptions {
  return { ...projectOptions(flags, scope), runId: flags.run ?? null, entities: flags.entity };
}

function retryRejects(flags: RejectsFlags, scope: CommandScope): Promise<void> {
  const options = { ...optionsOf(flags, scope), logDirectory: resolve(scope.directory, flags.logDir) };
  return withUi(scope, { flags, logDirectory: null, work: (ui) => scope.useCases.rejectsRetry(options, ui) });
}

function exportRejects(flags: RejectsFlags, scope: CommandScope): Promise<void> {
  const options = { ...optionsOf(flags, scope), outFile: resolve(scope.directory, flags.out) };
  return withUi(scope, { flags, logDirectory: null, work: (ui) => scope.useCases.rejectsExport(options, ui) });
}
