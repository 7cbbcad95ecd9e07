import { carriedOptions, NOTHING_GIVEN, type Given } from './given-options';

/**
 * Commands stand in hints and next steps as `cutover migrate --resume …`, whoever words them. On their way out they become what is typed: the
 * way this program was started, those of its options that the ledger does not keep, and the run that they are about. They are known by what stands before them: a quotation
 * mark, a colon, or nothing.
 */

/** How a command line begins here. */
export interface Invocation {
  /** `cutover`, `npx cutover`, `npm run cutover --`. */
  readonly program: string;
  /** What was typed behind it. */
  readonly given: Given;
}

/** As in the sources. */
export const AS_WRITTEN: Invocation = { program: 'cutover', given: NOTHING_GIVEN };

const OF_REJECTS = ['rejects list', 'rejects export', 'rejects retry'];
const OF_A_PROJECT = [
  ...[...OF_REJECTS, 'ledger list', 'ledger drop'],
  ...['check', 'plan', 'migrate', 'status', 'validate', 'repair', 'report', 'reset'],
];
const OF_A_RUN = [...OF_REJECTS, 'migrate --resume', 'status', 'validate', 'report', 'reset'];

const BEGIN = String.raw`(?<=(?:^|["\`]|: |\$ ) *)cutover`;
const END = String.raw`(?![\w-]|\.\w| --help)`;
const REST = String.raw`(?=([^"\`\n;]*))`;
const PRINTED = new RegExp(String.raw`${BEGIN} (${[...OF_A_PROJECT, 'demo'].join('|')})${END}${REST}`, 'gm');
const HELP = new RegExp(String.raw`${BEGIN}(?=(?: [a-z]+)* --help)`, 'gm');
const UNNAMED = new RegExp(String.raw`(${BEGIN} (?:${OF_A_RUN.join('|')}))(?![\w-])(?![^"\`\n;]* --run )`, 'gm');

/** The printed commands of a text as they are typed here. */
export function asTyped(text: string, { program, given }: Invocation): string {
  if (!text.includes('cutover')) return text;
  return text
    .replace(HELP, program)
    .replace(
      PRINTED,
      (_, command: string, rest: string) => `${program} ${command}${carriedOptions({ command, rest }, given)}`,
    );
}

/** The printed commands of a text with `--run`, where they are about a run and name none. */
export function namingRun(text: string, runId: string): string {
  return text.includes('cutover') ? text.replace(UNNAMED, `$1 --run ${runId}`) : text;
}

/** Every text of a value by `change`, however deep it lies. */
export function inTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((element: unknown) => inTexts(element, change));
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, inTexts(member, change)]));
}
