import { Command } from 'commander';
import { addCheck } from './check';
import type { CommandScope } from '../terminal/context';
import { asTyped } from '../core/run/printed-commands';
import { NOTHING_GIVEN } from '../core/run/given-options';
import { addDemo } from './demo';
import { addLedger } from './ledger';
import { addMigrate } from './migrate';
import { addPlan } from './plan';
import { addRejects } from './rejects';
import { addRepair } from './repair';
import { addReport } from './report';
import { addReset } from './reset';
import { addStatus } from './status';
import { addValidate } from './validate';

/**
 * The command line: what it offers, and that it never ends the process itself. A new command is a file here, a line in the list below, and a use
 * case in `app/use-cases.ts`.
 */
export function buildProgram(scope: CommandScope, version: string): Command {
  // Examples of a help page are nobody's next command.
  const invocation = { program: scope.program, given: NOTHING_GIVEN };
  const program = new Command(scope.program)
    .description('Moves a legacy Oracle database into TypeORM entities on PostgreSQL, and accounts for every row.')
    .version(version)
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => scope.streams.stdout.write(asTyped(text, invocation)),
      writeErr: (text) => scope.streams.stderr.write(asTyped(text, invocation)),
      // Wrong usage is thrown, and told like every other error.
      outputError: () => undefined,
    });
  program.addHelpText('after', '\nExample:\n  $ cutover demo');
  for (const add of [
    addCheck,
    addPlan,
    addMigrate,
    addStatus,
    addValidate,
    addRejects,
    addRepair,
    addReport,
    addReset,
    addLedger,
    addDemo,
  ])
    add(program, scope);
  return program;
}
