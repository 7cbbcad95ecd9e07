import type { MigrationError } from '../core/errors';
import { type ErrorFacts } from '../core/errors';
import { causesOf, firstLine } from '../core/faults/causes';
import { visible, visibleLines } from '../core/words/visible';
import type { Speech } from './speech';
import { redactAll } from '../config/redact';

export interface ErrorTextOptions {
  /** `debug` adds the stacks. */
  readonly detail: 'plain' | 'debug';
  /** Blanked out wherever they stand. */
  readonly secrets: readonly string[];
  readonly speech: Speech;
}

/** What is said of an error: `error`, `hint` and `cause` lines, the causes walked, no secrets. Ends in a newline. */
export function errorText(error: MigrationError, options: ErrorTextOptions): string {
  const place = `docs/ERRORS.md#${error.code.toLowerCase()}`;
  const [first = '(none)', ...others] = causesOf(error).map(({ message }) => firstLine(message));
  const lines = [
    `error  ${error.code}  ${visible(options.speech.of(error.message))}`,
    `hint   ${visibleLines(options.speech.of(error.hint ?? 'See the page below.')).replaceAll('\n', INDENT)}`,
    `cause  ${visible(first)}  ${place}`,
    ...others.map((message) => `cause  ${visible(message)}`),
    ...(options.detail === 'debug' ? stacksOf(error) : []),
  ];
  return redactAll(`${lines.join('\n')}\n`, options.secrets);
}

const INDENT = '\n       ';

/** The same for machines. */
export function errorFacts(
  error: MigrationError,
  secrets: readonly string[],
): { code: string; message: string; hint: string | null; exitCode: number; facts: ErrorFacts } {
  const clean = (text: string): string => redactAll(text, secrets);
  const facts = Object.entries(error.facts).map(([name, fact]) => [
    name,
    typeof fact === 'string' ? clean(fact) : fact,
  ]);
  return {
    code: error.code,
    message: clean(error.message),
    hint: error.hint === undefined ? null : clean(error.hint),
    exitCode: error.exitCode,
    facts: Object.fromEntries(facts) as ErrorFacts,
  };
}

function stacksOf(error: Error): string[] {
  return [error, ...causesOf(error)].map((each) => visibleLines(each.stack ?? each.message));
}
