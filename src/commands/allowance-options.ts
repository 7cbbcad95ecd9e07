import { Option, type Command } from 'commander';
import type { AllowanceRequest } from '../app/run-guards';

/** What an operator takes upon himself, as commander holds it. */
export interface AllowanceFlags {
  readonly allowTriggers: readonly string[];
  readonly allowUnlogged?: boolean;
}

/** Adds the options by which an operator takes upon himself what a pre-flight refuses. */
export function withAllowances(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--allow-triggers <entity,...>',
        'load these entities although triggers fire that the user may not disable; only "validate --level rows" proves them then',
      )
        .argParser(names)
        .default([], 'none'),
    )
    .option('--allow-unlogged', 'load although a table is unlogged: a crash of the server empties it');
}

export function allowancesIn({ allowTriggers, allowUnlogged }: AllowanceFlags): AllowanceRequest {
  return {
    ...(allowTriggers.length === 0 ? {} : { allowTriggers }),
    ...(allowUnlogged === true ? { allowUnlogged } : {}),
  };
}

/** `coil,job`, also given more than once. */
function names(text: string, before: readonly string[]): string[] {
  const given = text.split(',').map((name) => name.trim());
  return [...before, ...given.filter((name) => name !== '')];
}
