import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { DEFAULT_LOAD, MOST_LANES, type KeptOptions } from '../core/run/options';
import { CONFLICT_POLICIES, type ConflictPolicy } from '../core/run/conflicts';
import { MigrationError } from '../core/errors';
import { limitText, type RejectLimit } from '../core/run/reject-limit';
import { conditionsByEntity, rejectLimit, wholeNumber } from './argument-parsers';
import { entityOption, projectOptions, withCommonOptions, withExamples } from './common-options';
import { allowancesIn, withAllowances, type AllowanceFlags } from './allowance-options';
import type { CommandScope } from '../terminal/context';
import type { MigrateOptions } from '../app/options';
import { withUi, type UiFlags } from '../terminal/with-ui';

interface MigrateFlags extends UiFlags, AllowanceFlags {
  readonly entity: readonly string[];
  readonly batchSize?: number;
  readonly lanes?: number;
  readonly where: readonly string[];
  readonly resume?: boolean;
  readonly run?: string;
  readonly restart?: boolean;
  readonly newSnapshot?: boolean;
  readonly reconnect?: number;
  readonly validate?: boolean;
  readonly maxRejects?: RejectLimit;
  readonly onConflict?: ConflictPolicy;
  readonly dryRun?: boolean;
  readonly checkOnly?: boolean;
  /** False by --no-snapshot, else true: there is no option for it. */
  readonly snapshot: boolean;
  readonly logDir: string;
}

const EXAMPLES = [
  'cutover migrate --dry-run',
  'cutover migrate --validate --yes',
  'cutover migrate --entity coil --where "COIL_ID > 1000"',
  'cutover migrate --on-conflict update --yes',
  'cutover migrate --resume',
  'cutover migrate --restart',
];

/** `cutover migrate` */
export function addMigrate(program: Command, scope: CommandScope): void {
  const command = program
    .command('migrate')
    .description('load the legacy tables into the target, each row exactly once');
  withExamples(withCommonOptions(withAllowances(withRunOptions(withMigrateOptions(command)))), EXAMPLES).action(
    (flags: MigrateFlags) => runMigrate(flags, scope),
  );
}

function withMigrateOptions(command: Command): Command {
  return command
    .addOption(entityOption())
    .addOption(
      new Option(
        '--batch-size <rows>',
        `rows per chunk, 500 to 200000; ${DEFAULT_LOAD.batchSize}, or that of the run to resume, when absent`,
      ).argParser(wholeNumber(500, 200_000)),
    )
    .addOption(
      new Option(
        '--lanes <n>',
        `chunks loaded at the same time, 1 to ${MOST_LANES}; ${DEFAULT_LOAD.lanes}, or that of the run to resume, when absent`,
      ).argParser(wholeNumber(1, MOST_LANES)),
    )
    .addOption(
      new Option('--where <entity=condition...>', 'Oracle condition; "entity=" may go with a single --entity').default(
        [],
        'none',
      ),
    )
    .option(
      '--validate',
      'compare counts, accounts and orphans after the load; a run that was started with it does so when it is resumed',
    )
    .option('--no-validate', 'with --resume: do not')
    .addOption(
      new Option(
        '--max-rejects <n|p%>',
        `most rejected rows, as a number or a share; ${limitText(DEFAULT_LOAD.rejectLimit)}, or that of the run to resume, when absent`,
      ).argParser(rejectLimit),
    )
    .addOption(
      new Option(
        '--on-conflict <policy>',
        'rows whose key the target had before the run; reject, or that of the run to resume, when absent',
      ).choices(CONFLICT_POLICIES),
    )
    .addOption(
      new Option('--dry-run', 'rehearse in a shadow schema of the target, dropped at the end').conflicts('checkOnly'),
    )
    .option('--check-only', 'stop after the pre-flight')
    .option('--no-snapshot', 'read what is current: tables may not agree with each other')
    .option('--yes', 'do not ask before a load into a target that has rows or is on another machine')
    .option('--log-dir <dir>', 'folder of the log, the checkpoint, the report and rejects.jsonl', '.');
}

/** What becomes of a run that is there already, and how long a lost database is waited for. */
function withRunOptions(command: Command): Command {
  return command
    .addOption(new Option('--resume', 'go on with a run that was cut off').conflicts(['dryRun', 'checkOnly']))
    .option('--run <id>', 'the run to resume; the latest when absent')
    .addOption(
      new Option(
        '--restart',
        'start a new run, after a reset of the latest one where that is unfinished; a complete one needs "reset --run"',
      ).conflicts(['resume', 'dryRun', 'checkOnly']),
    )
    .option('--new-snapshot', 'with --resume: read what is left at a new SCN, where the run has lost its own')
    .addOption(
      new Option(
        '--reconnect <seconds>',
        `how long a database that is lost in mid-run is waited for, 0 to 86400; ${DEFAULT_LOAD.reconnectMs / 1000}, or that of the run to resume, when absent`,
      ).argParser(wholeNumber(0, 86_400)),
    );
}

function runMigrate(flags: MigrateFlags, scope: CommandScope): Promise<void> {
  const options = migrateOptions(flags, scope);
  const logDirectory = options.mode === 'check-only' ? null : options.logDirectory;
  const goOn = (runId: string): string =>
    options.mode === 'rehearse'
      ? 'nothing of the rehearsal is kept: the next "cutover migrate" removes its schema'
      : `go on with: cutover migrate --resume --run ${runId}`;
  const runs = options.mode === 'rehearse' ? 'dropped' : 'kept';
  return withUi(scope, { flags, logDirectory, goOn, runs, work: (ui) => scope.useCases.migrate(options, ui) });
}

function migrateOptions(flags: MigrateFlags, scope: CommandScope): MigrateOptions {
  return {
    ...projectOptions(flags, scope),
    entities: flags.entity,
    where: conditionsByEntity(flags.where, flags.entity),
    resume: resumeOf(flags),
    restart: flags.restart === true ? 'unfinished' : 'no',
    ...keptOptionsIn(flags),
    ...allowancesIn(flags),
    mode: modeOf(flags),
    logDirectory: resolve(scope.directory, flags.logDir),
  };
}

/** What a run keeps: those that are given. What a resumed run is not given is as it was started. */
function keptOptionsIn(flags: MigrateFlags): Partial<KeptOptions> {
  const { batchSize, lanes, maxRejects, onConflict, reconnect, validate, resume } = flags;
  return {
    ...(batchSize === undefined ? {} : { batchSize }),
    ...(lanes === undefined ? {} : { lanes }),
    ...(maxRejects === undefined ? {} : { rejectLimit: maxRejects }),
    ...(onConflict === undefined ? {} : { onConflict }),
    ...(reconnect === undefined ? {} : { reconnectMs: reconnect * 1000 }),
    ...(flags.snapshot ? {} : { snapshot: 'none' }),
    ...(validate === undefined && resume === true ? {} : { validate: validate === true ? 'after' : 'no' }),
  };
}

function resumeOf({ resume, run, newSnapshot }: MigrateFlags): MigrateOptions['resume'] {
  if (resume === true) {
    return {
      ...(run === undefined ? {} : { runId: run }),
      ...(newSnapshot === true ? { snapshot: 'new' as const } : {}),
    };
  }
  if (run !== undefined) throw runWithoutResume();
  if (newSnapshot === true) throw snapshotWithoutResume();
  return 'no';
}

function modeOf({ dryRun, checkOnly }: MigrateFlags): MigrateOptions['mode'] {
  if (dryRun === true) return 'rehearse';
  return checkOnly === true ? 'check-only' : 'load';
}

function runWithoutResume(): MigrationError {
  return new MigrationError('USAGE', '--run names a run to resume', { hint: 'Add --resume, or leave --run out.' });
}

function snapshotWithoutResume(): MigrationError {
  return new MigrationError('USAGE', '--new-snapshot is for a run to resume: a new run takes a new SCN by itself', {
    hint: 'Add --resume, or leave --new-snapshot out.',
  });
}
