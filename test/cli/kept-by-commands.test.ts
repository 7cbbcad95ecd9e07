import { buildProgram } from '../../src/commands/program';
import { MigrationError } from '../../src/core/errors';
import { NOTHING_GIVEN } from '../../src/core/run/given-options';
import type { UseCases } from '../../src/app/options';
import { commandContext, runCommand } from '../support/command-world';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder';

afterAll(removeTemporaryFolders);

/**
 * What becomes of an option when the command that goes on is typed: it is printed with it (`value`), or the ledger has it, or it is said anew
 * by whoever types (how much is shown, that nothing is asked), or it names the run or the one thing that was to be done.
 */
type Fate = { readonly printed: readonly string[] } | 'in the ledger' | 'of whoever types' | 'of this command alone';

const printed = (...values: readonly string[]): Fate => ({ printed: values });

const COMMON: Readonly<Record<string, Fate>> = {
  ...{ '--config': printed('my config.ts'), '--verbosity': 'of whoever types', '--json': 'of whoever types' },
  '--debug': 'of whoever types',
};
const WAITS: Readonly<Record<string, Fate>> = { '--stall-timeout': printed('20'), '--lock-timeout': printed('7') };
const KEPT_WAITS: Readonly<Record<string, Fate>> = {
  '--stall-timeout': 'in the ledger',
  '--lock-timeout': 'in the ledger',
};

const GOES_ON: readonly {
  readonly given: readonly string[];
  readonly useCase: keyof UseCases;
  readonly hint: string;
  readonly fates: Readonly<Record<string, Fate>>;
}[] = [
  {
    given: ['migrate'],
    useCase: 'migrate',
    hint: 'Go on with "cutover migrate --resume --run r1".',
    fates: {
      ...{ ...COMMON, ...KEPT_WAITS, '--log-dir': printed('my logs'), '--yes': 'of whoever types' },
      ...{ '--entity': 'in the ledger', '--where': 'in the ledger', '--batch-size': 'in the ledger' },
      ...{ '--lanes': 'in the ledger', '--max-rejects': 'in the ledger', '--on-conflict': 'in the ledger' },
      ...{ '--reconnect': 'in the ledger', '--no-snapshot': 'in the ledger' },
      ...{ '--validate': 'in the ledger', '--no-validate': 'in the ledger' },
      ...{ '--allow-triggers': 'in the ledger', '--allow-unlogged': 'in the ledger' },
      ...{
        '--resume': 'of this command alone',
        '--run': 'of this command alone',
        '--restart': 'of this command alone',
      },
      ...{ '--new-snapshot': 'of this command alone', '--dry-run': 'of this command alone' },
      '--check-only': 'of this command alone',
    },
  },
  {
    given: ['rejects', 'retry'],
    useCase: 'rejectsRetry',
    hint: 'Go on with: cutover rejects retry --run r1',
    fates: {
      ...{ ...COMMON, ...WAITS, '--log-dir': printed('my logs'), '--yes': 'of whoever types' },
      ...{ '--entity': printed('coil', 'scrap coil'), '--run': 'of this command alone' },
    },
  },
  {
    given: ['repair', '--from', 'differences.json'],
    useCase: 'repair',
    hint: 'Run "cutover repair --from differences.json" again.',
    fates: { ...COMMON, ...WAITS, '--yes': 'of whoever types', '--from': 'of this command alone' },
  },
  {
    given: ['reset', '--run', 'r1'],
    useCase: 'reset',
    hint: 'Go on with "cutover reset --run r1".',
    fates: {
      ...{ ...COMMON, ...WAITS, '--log-dir': printed('my logs'), '--yes': 'of whoever types' },
      ...{ '--entity': printed('coil', 'scrap coil'), '--run': 'of this command alone' },
      ...{ '--leave-changed': printed(), '--accept-edited': printed() },
    },
  },
];

/** The options that the program has for a command line. */
function optionsOf(argv: readonly string[]): string[] {
  const scope = { ...commandContext({ directory: '/' }), given: NOTHING_GIVEN, finish: () => undefined };
  let command = buildProgram(scope, '0');
  for (const word of argv) command = command.commands.find((each) => each.name() === word) ?? command;
  return command.options.flatMap(({ long }) => long ?? []);
}

const quoted = (values: readonly string[]): string =>
  values.map((value) => ` ${value.includes(' ') ? `'${value}'` : value}`).join('');

describe.each(GOES_ON)('the printed command that goes on with "$given"', ({ given, useCase, hint, fates }) => {
  const kept = Object.entries(fates).flatMap(([name, fate]) => (typeof fate === 'object' ? [{ name, ...fate }] : []));

  it('is decided on for every option that the command has', () => {
    expect(Object.keys(fates).sort()).toEqual(optionsOf(given).sort());
  });

  it('has all of those that were given and that the ledger does not keep', async () => {
    const argv = [...given, ...kept.flatMap(({ name, printed: values }) => [name, ...values])];
    const fail = () => Promise.reject(new MigrationError('LOAD_FAILED', 'no', { hint }));
    const world = { directory: temporaryFolder(), program: 'npx cutover', useCases: { [useCase]: fail } };
    const { stderr } = await runCommand(argv, world);
    const [command = ''] = /npx cutover [^"\n]*/.exec(stderr) ?? [];
    for (const { name, printed: values } of kept) {
      expect(`${command} `).toContain(` ${name}${quoted(values)} `);
    }
  });
});
