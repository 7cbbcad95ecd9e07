import { shellWord } from '../words/shell-word';

/** A command line as it was given: `rejects retry`, and its options by name, each as a shell takes its values (none: empty). */
export interface Given {
  readonly command: string;
  readonly options: ReadonlyMap<string, string>;
}

export const NOTHING_GIVEN: Given = { command: '', options: new Map() };

/** Reads it without knowing any command: every option is long, and whatever follows it up to the next one is its value. */
export function givenIn(argv: readonly string[]): Given {
  const first = argv.findIndex((word) => word.startsWith('--'));
  const command = argv.slice(0, first === -1 ? argv.length : first).join(' ');
  const options = new Map<string, string>();
  let name = '';
  for (const word of argv.slice(command === '' ? 0 : command.split(' ').length)) {
    const [, option, value] = /^(--[^=]*)(?:=(.*))?$/s.exec(word) ?? [];
    if (option !== undefined) name = option;
    const added = option === undefined ? word : value;
    const before = options.get(name) ?? '';
    options.set(name, added === undefined ? before : `${before} ${shellWord(added)}`);
  }
  return { command, options };
}

/** A printed command: `migrate`, and what follows it in its line. */
export interface Printed {
  readonly command: string;
  readonly rest: string;
}

/** Those of a load, which a new run needs and a run that is resumed has kept. */
const OF_A_LOAD = [
  ...['--entity', '--where', '--batch-size', '--lanes', '--max-rejects', '--on-conflict', '--reconnect'],
  ...['--no-snapshot', '--validate', '--no-validate', '--allow-triggers', '--allow-unlogged'],
];
const HAVE_A_LOG_FOLDER = ['migrate', 'reset', 'rejects retry'];

interface Carried {
  readonly names: readonly string[];
  /** Whether a printed command takes them over from the one that was given. */
  readonly by: (printed: Printed, given: Given) => boolean;
}

/**
 * What the ledger does not keep, and a command that is typed next would lack. Whoever types says anew what is not about the work: --yes,
 * --json, --verbosity, --debug. `--new-snapshot` is for one resume.
 */
const CARRIED: readonly Carried[] = [
  { names: ['--config'], by: ({ command }) => command !== 'demo' },
  { names: ['--log-dir'], by: ({ command }) => HAVE_A_LOG_FOLDER.includes(command) },
  {
    names: ['--stall-timeout', '--lock-timeout'],
    by: ({ command, rest }) => command !== 'demo' && !/--resume\b/.test(rest),
  },
  { names: OF_A_LOAD, by: ({ command, rest }, given) => command === given.command && /--restart\b/.test(rest) },
  {
    names: ['--entity', '--leave-changed', '--accept-edited'],
    by: (printed, given) => ['reset', 'rejects retry'].includes(given.command) && isAgain(printed, given),
  },
];

/** Whether it is the command that was given, about the same run. */
function isAgain({ command, rest }: Printed, given: Given): boolean {
  const run = given.options.get('--run');
  const named = / --run(?: \S+)/.exec(rest)?.[0];
  return command === given.command && (run === undefined || named === undefined || named === ` --run${run}`);
}

/** The options that a printed command takes over, a blank before each. What it says itself it is not given again. */
export function carriedOptions(printed: Printed, given: Given): string {
  const names = CARRIED.filter(({ by }) => by(printed, given)).flatMap((carried) => carried.names);
  return [...given.options]
    .filter(([name]) => names.includes(name) && !isSaid(name, printed.rest))
    .map(([name, values]) => ` ${name}${values}`)
    .join('');
}

function isSaid(name: string, rest: string): boolean {
  return `${rest} `.replaceAll('=', ' ').includes(` ${name} `);
}
