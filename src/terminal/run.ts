import { CommanderError, type Command } from 'commander';
import { packageVersion } from '../config/package-version';
import { secretsOf } from '../config/redact';
import { MigrationError } from '../core/errors';
import type { CommandContext, CommandScope } from './context';
import { errorFacts, errorText } from './error-text';
import { asMigrationError } from '../app/as-migration-error';
import { givenIn } from '../core/run/given-options';
import { writeJsonLine } from './progress-json';
import { runIn, speechOf } from './speech';

/** The program with all of its commands, bound to what it runs in. */
export type BuildProgram = (scope: CommandScope, version: string) => Command;

/** Runs one command line (without `node` and the script) and resolves to its exit code; every failure is told on stderr. */
export async function run(
  argv: readonly string[],
  context: CommandContext,
  buildProgram: BuildProgram,
): Promise<number> {
  let exitCode = 0;
  const finish = (code: number): void => {
    exitCode = code;
  };
  try {
    const given = givenIn(argv);
    await buildProgram({ ...context, given, finish }, packageVersion()).parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    return error instanceof CommanderError && error.exitCode === 0 ? 0 : tellFailure(error, argv, context);
  }
}

type FailureContext = Pick<CommandContext, 'streams' | 'environment' | 'program'>;

/** Tells a failure on stderr (and, after `--json`, as NDJSON), without secrets; returns its exit code. */
export function tellFailure(error: unknown, argv: readonly string[], context: FailureContext): number {
  const { streams, environment } = context;
  const failure = error instanceof CommanderError ? usage(error, argv) : asMigrationError(error);
  const speech = speechOf({ program: context.program, given: givenIn(argv) });
  // A run that is not there is none to name.
  const runId = failure.code === 'RUN_NOT_FOUND' ? null : runIn(failure.facts);
  if (runId !== null) speech.about(runId);
  const secrets = secretsOf(environment);
  const detail = argv.includes('--debug') ? 'debug' : 'plain';
  if (argv.includes('--json'))
    writeJsonLine(streams.stdout, { event: 'error', facts: speech.of(errorFacts(failure, secrets)) });
  streams.stderr.write(errorText(failure, { detail, secrets, speech }));
  return failure.exitCode;
}

function usage(error: CommanderError, argv: readonly string[]): MigrationError {
  const [message = '', ...suggestion] = error.message.replace(/^error: /, '').split('\n');
  const [command] = argv.filter((word) => /^[a-z]/.test(word));
  const help = `cutover${command === undefined || error.code === 'commander.unknownCommand' ? '' : ` ${command}`} --help`;
  const hint = [...suggestion.map((line) => line.replace(/^\(|\)$/g, '')), `Run "${help}".`].join(' ');
  // Without any command commander prints the help to stderr and says only "(outputHelp)".
  return new MigrationError('USAGE', error.code === 'commander.help' ? 'no command is given' : message, { hint });
}
